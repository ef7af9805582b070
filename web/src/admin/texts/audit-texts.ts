/** What the page of the audit says. */
export const auditTexts = {
  title: 'Audit',
  lead: 'What must always be true, checked on the data as it is now. It changes nothing.',
  allSales: 'Every sale',
  run: 'Run the audit',
  running: 'Checking…',
  okTitle: 'Everything holds',
  okDetail: (checked: string, at: string) => `${checked} things were looked at, at ${at}.`,
  unprovenDetail: (count: number) =>
    count === 1
      ? 'One invariant had nothing to look at yet, and is neither kept nor broken.'
      : `${count} invariants had nothing to look at yet, and are neither kept nor broken.`,
  brokenTitle: (count: number) => (count === 1 ? 'One invariant is broken' : `${count} invariants are broken`),
  brokenDetail: 'Pause the sale if it is on, and see what each line says. The audit can be run again at any time.',
  invariants: 'Invariants',
  pass: 'Holds',
  fail: 'Broken',
  unproven: 'Unproven',
  notRun: 'Not run',
  checked: (count: string) => `${count} checked`,
  violations: 'What is wrong',
  more: (count: number) => `and ${count} more`,
} as const;

interface InvariantText {
  /** As in docs/architecture.md; null for those that came later. */
  readonly code: string | null;
  readonly title: string;
  readonly meaning: string;
}

/** By the names of the API, in the order in which they are shown. */
export const invariantTexts: Readonly<Record<string, InvariantText>> = {
  stock_adds_up: {
    code: 'I1',
    title: 'Stock adds up',
    meaning:
      'Of every item: available, reserved, being paid, sold and held back come to the total, and to what the orders say.',
  },
  ledger_not_oversold: {
    code: 'I2',
    title: 'Nothing is oversold',
    meaning:
      'The ledger has claimed no more units than there are, and exactly those of the orders it claimed them for.',
  },
  limit_kept: {
    code: 'I3',
    title: 'Nobody has more than the limit',
    meaning: 'Counted in units, per buyer and item, over all their orders.',
  },
  one_key_one_effect: {
    code: 'I4',
    title: 'One request, one order',
    meaning: 'No two orders of a buyer come from the same idempotency key: a double click buys once.',
  },
  orders_end_once: {
    code: 'I5',
    title: 'No order is lost',
    meaning: 'Every reservation that a buyer was told of is in the ledger, ends once, and none was left behind.',
  },
  units_return_once: {
    code: 'I6',
    title: 'Units return once',
    meaning: 'No order gave its units back more often than it took them.',
  },
  places_kept: {
    code: 'I7',
    title: 'Places are kept',
    meaning: 'Behind a waiting room every order came from a place of its own buyer, which had been called.',
  },
  gate_kept: {
    code: 'I8',
    title: 'The gate held',
    meaning: 'No more buyers were let in than rate and cap allowed.',
  },
  window_kept: {
    code: 'I9',
    title: 'Nothing was sold outside the window',
    meaning: 'No reservation was made before the start, after the end, or while paused.',
  },
  money_matches_orders: {
    code: 'I10',
    title: 'Money matches orders',
    meaning: 'Money that was taken is a paid order or was given back, and every paid order has its money.',
  },
  one_store_sells: {
    code: null,
    title: 'One store sells',
    meaning: 'The store sells as the one that the ledger names, and the ledger is not ahead of it.',
  },
  claims_have_a_store: {
    code: null,
    title: 'Claims have a store',
    meaning: 'No units are claimed for an order of a store that was given up, unless it was taken over.',
  },
};
