import { type AuditFacts, readAuditFacts } from '../database/audit-facts.ts';
import type { Ledger } from '../database/schema.ts';
import { countsAgainstLimit, type Order } from '../domain/order.ts';
import type { SaleSnapshot, SaleView, Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import { checkGate, checkPlaces } from './audit-room.ts';

interface Violation {
  readonly saleId: string;
  readonly detail: string;
}

interface InvariantReport {
  readonly name: string;
  readonly description: string;
  /** How many things were looked at. */
  readonly checked: number;
  readonly violations: readonly Violation[];
}

export interface AuditReport {
  readonly checkedAtMs: number;
  readonly invariants: readonly InvariantReport[];
}

/** One sale as store and ledger have it. `snapshot` is null when the store has forgotten the sale. */
export interface Evidence {
  readonly saleId: string;
  readonly snapshot: SaleSnapshot | null;
  readonly facts: AuditFacts;
  /** The store after the facts were read: it cannot be behind them. */
  readonly after: SaleView | null;
}

export interface Finding {
  readonly checked: number;
  readonly problems: readonly string[];
}

interface Invariant {
  readonly name: string;
  readonly description: string;
  readonly check: (evidence: Evidence) => Finding;
}

/** Overdue reservations are swept several times a second; one that is older than this was left behind. */
const SWEEP_PATIENCE_MS = 60_000;

const INVARIANTS: readonly Invariant[] = [
  {
    name: 'stock_adds_up',
    description: 'available + reserved + paying + sold + buffer = total_stock, and each part is what the orders say',
    check: checkStock,
  },
  {
    name: 'ledger_not_oversold',
    description: 'the ledger has claimed no more units than there are, and exactly those of claimed orders',
    check: ({ facts }) => ({ checked: facts.items.length, problems: facts.items.flatMap(oversoldItem) }),
  },
  {
    name: 'limit_kept',
    description: 'no buyer holds or owns more units of a SKU than the limit',
    check: checkLimits,
  },
  {
    name: 'one_key_one_effect',
    description: 'no two orders of a buyer come from the same idempotency key',
    check: checkKeys,
  },
  {
    name: 'orders_end_once',
    description: 'every reservation that was acknowledged is in the ledger, ends once, and none is left behind',
    check: checkEnds,
  },
  {
    name: 'units_return_once',
    description: 'no order gives its units back more often than it took them',
    check: ({ facts }) => ({
      checked: facts.orderCount,
      problems: facts.returnedTwice.map((id) => `order ${id} returned its units twice`),
    }),
  },
  {
    name: 'places_kept',
    description: 'behind a waiting room every order came from a place of its own buyer, which had been called',
    check: checkPlaces,
  },
  {
    name: 'gate_kept',
    description: 'no more were let in than rate and cap allowed',
    check: checkGate,
  },
  {
    name: 'window_kept',
    description: 'no reservation was made outside the window or while paused',
    check: ({ facts }) => ({
      checked: facts.orderCount,
      problems: facts.reservedOutsideWindow.map((id) => `order ${id} was reserved while the sale was not active`),
    }),
  },
  {
    name: 'one_store_sells',
    description: 'the store sells as the one that the ledger names, and the ledger is not ahead of it',
    check: checkStore,
  },
  {
    name: 'claims_have_a_store',
    description: 'no units are claimed for an order of a store that was given up, unless it was taken over from it',
    check: ({ facts }) => ({
      checked: facts.orderCount,
      problems: facts.claimedWithoutStore.map((id) => `order ${id} was lost, and its units are claimed`),
    }),
  },
  {
    name: 'money_matches_orders',
    description: 'money that was taken is a paid order or was given back, and every paid order has its money',
    check: checkMoney,
  },
];

/** Checks every invariant on live data. Changes nothing. */
export async function audit(
  { store, ledger, events }: { readonly store: Store; readonly ledger: Ledger; readonly events: EngineEvents },
  saleIds: readonly string[],
): Promise<AuditReport> {
  const found = new Map(INVARIANTS.map(({ name }) => [name, { checked: 0, violations: [] as Violation[] }]));
  for (const saleId of saleIds) {
    const snapshot = await store.snapshot(saleId);
    const facts = await readAuditFacts(ledger, saleId);
    const evidence = { saleId, snapshot, facts, after: await store.readSale(saleId) };
    for (const { name, check } of INVARIANTS) {
      const { checked, problems } = check(evidence);
      const total = found.get(name);
      if (!total) continue;
      total.checked += checked;
      total.violations.push(...problems.map((detail) => ({ saleId, detail })));
      for (const detail of problems) events.invariantViolated(saleId, name, detail);
    }
  }
  return {
    checkedAtMs: await store.now(),
    invariants: INVARIANTS.map(({ name, description }) => {
      const { checked, violations } = found.get(name) ?? { checked: 0, violations: [] };
      return { name, description, checked, violations };
    }),
  };
}

function checkStock({ snapshot }: Evidence): Finding {
  if (!snapshot) return { checked: 0, problems: [] };
  const counted = countUnits(snapshot.orders);
  const problems = snapshot.stock.flatMap((item) => {
    const { skuId, totalStock, available, reserved, paying, sold, buffer } = item;
    const sum = available + reserved + paying + sold + buffer;
    const orders = counted.get(skuId) ?? { reserved: 0, paying: 0, sold: 0 };
    const matches = orders.reserved === reserved && orders.paying === paying && orders.sold === sold;
    const found: string[] = [];
    if (sum !== totalStock || available < 0) found.push(`${skuId}: the parts add up to ${sum} of ${totalStock}`);
    if (!matches)
      found.push(
        `${skuId}: stock says ${reserved}/${paying}/${sold} reserved/paying/sold, orders say ${orders.reserved}/${orders.paying}/${orders.sold}`,
      );
    return found;
  });
  return { checked: snapshot.stock.length, problems };
}

function countUnits(orders: readonly Order[]) {
  const counted = new Map<string, { reserved: number; paying: number; sold: number }>();
  for (const { state, lines } of orders) {
    if (!countsAgainstLimit(state)) continue;
    for (const { skuId, quantity } of lines) {
      const units = counted.get(skuId) ?? { reserved: 0, paying: 0, sold: 0 };
      units[state === 'paid' ? 'sold' : state === 'paying' ? 'paying' : 'reserved'] += quantity;
      counted.set(skuId, units);
    }
  }
  return counted;
}

function oversoldItem({ skuId, totalStock, sold, claimed }: AuditFacts['items'][number]): string[] {
  const problems: string[] = [];
  if (sold > totalStock) problems.push(`${skuId}: ${sold} of ${totalStock} units are sold`);
  if (sold !== claimed) problems.push(`${skuId}: ${sold} units are sold, claimed orders have ${claimed}`);
  return problems;
}

/** A sale that is being recovered is sold by nobody. */
function checkStore({ after, facts }: Evidence): Finding {
  const { fence, position, positionEpoch } = facts;
  if (!after || !fence || fence.isRecovering) return { checked: 0, problems: [] };
  const problems: string[] = [];
  if (after.recovering) problems.push('the store is not the one that may sell it, and nobody recovers it');
  if (after.epoch !== fence.epoch) problems.push(`the store is in epoch ${after.epoch}, the ledger in ${fence.epoch}`);
  if (fence.incarnation !== null && after.incarnation !== fence.incarnation) {
    problems.push(`the store runs as ${after.incarnation}, and the ledger names ${fence.incarnation}`);
  }
  if (position > after.lastSeq || positionEpoch > after.epoch) {
    problems.push(`the ledger is at event ${position} of epoch ${positionEpoch}, the store at ${after.lastSeq}`);
  }
  return { checked: 1, problems };
}

function checkLimits({ snapshot, facts }: Evidence): Finding {
  const problems = facts.beyondLimit.map(({ userId, skuId, units }) => `${userId} owns ${units} units of ${skuId}`);
  if (!snapshot) return { checked: facts.orderCount, problems };
  const limit = snapshot.sale.purchaseLimit;
  const held = new Map<string, number>();
  for (const { userId, state, lines } of snapshot.orders) {
    if (!countsAgainstLimit(state)) continue;
    for (const { skuId, quantity } of lines) {
      const key = `${userId} ${skuId}`;
      held.set(key, (held.get(key) ?? 0) + quantity);
    }
  }
  for (const [key, units] of held)
    if (units > limit) problems.push(`${key}: ${units} units held, the limit is ${limit}`);
  return { checked: held.size, problems };
}

function checkKeys({ snapshot }: Evidence): Finding {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const { userId, idempotencyKey, orderId } of snapshot?.orders ?? []) {
    const key = `${userId} ${idempotencyKey}`;
    if (seen.has(key)) problems.push(`order ${orderId} repeats the key of another order of ${userId}`);
    seen.add(key);
  }
  return { checked: seen.size, problems };
}

/** An order that is being paid in the store may be ahead of its row in the ledger. */
function checkMoney({ snapshot, facts }: Evidence): Finding {
  const ahead = new Set<string>();
  for (const { orderId, state } of snapshot?.orders ?? [])
    if (state === 'paying' || state === 'paid') ahead.add(orderId);
  const problems = facts.moneyWithoutOrder
    .filter(
      ({ orderId, state, orderState }) => !(state === 'confirmed' && orderState === 'expired' && ahead.has(orderId)),
    )
    .map(({ attemptId, state, orderState }) => `attempt ${attemptId} is ${state}, its order is ${orderState}`);
  const unpaid = facts.paidWithoutMoney.map((id) => `order ${id} is paid, and no payment of it was taken`);
  return { checked: facts.attemptCount, problems: [...problems, ...unpaid] };
}

/** What the ledger has applied must be there as it was then; what it has not applied yet is not its fault. */
function checkEnds({ snapshot, facts }: Evidence): Finding {
  const problems = facts.endedTwice.map((id) => `order ${id} ended more than once`);
  if (!snapshot) return { checked: facts.orderCount, problems };
  for (const { orderId, state, deadlineMs } of snapshot.orders) {
    const known = facts.orders.get(orderId);
    if (!known && facts.position >= snapshot.lastSeq) problems.push(`order ${orderId} is not in the ledger`);
    if (
      known &&
      known.lastSeq <= facts.position &&
      facts.position === snapshot.lastSeq &&
      !agrees(state, known.state)
    ) {
      problems.push(`order ${orderId} is ${state} in the store and ${known.state} in the ledger`);
    }
    const abandoned = state === 'reserved' && deadlineMs + SWEEP_PATIENCE_MS < snapshot.takenAtMs;
    if (abandoned) problems.push(`order ${orderId} should have expired at ${new Date(deadlineMs).toISOString()}`);
  }
  return { checked: snapshot.orders.length, problems };
}

function agrees(stored: string, known: string): boolean {
  return stored === known || (stored === 'paid' && known === 'refunded');
}
