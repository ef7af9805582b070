/** What orders may have in common. */
export type RiskTrait = 'account' | 'address' | 'payment_method' | 'device';

export type RiskRuleCode =
  | 'accounts_per_address'
  | 'accounts_per_payment_method'
  | 'accounts_per_device'
  | 'units_per_address'
  | 'orders_per_ten_minutes'
  | 'sales_at_limit';

/** How much of each is still in order. 0: nobody counts. */
export type RiskReviewRules = Readonly<Record<RiskRuleCode, number>>;

/** An order that was paid, as far as the rules look at it. */
export interface RiskOrder {
  readonly orderId: string;
  readonly saleId: string;
  readonly userId: string;
  readonly boughtAtMs: number;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
  /** Units per buyer and SKU, in its sale. */
  readonly purchaseLimit: number;
}

/** Orders of one account, in whatever sale; or of one sale that share an address, means of payment or device. */
export interface RiskGroup {
  readonly trait: RiskTrait;
  readonly orders: readonly RiskOrder[];
}

/** One rule that an order meets, and with which others. */
export interface RiskFinding {
  readonly rule: RiskRuleCode;
  readonly trait: RiskTrait;
  /** What was counted, and how much of it is still in order. */
  readonly figure: number;
  readonly allowed: number;
  /** For the operator. Tells no personal data. */
  readonly explanation: string;
  /** Orders that were counted together, the earliest first, and not all of a large ring. */
  readonly orderIds: readonly string[];
}

interface Counted {
  readonly figure: number;
  readonly orders: readonly RiskOrder[];
}

interface RiskRule {
  readonly looksAt: readonly RiskTrait[];
  /** What is too much, if anything is. */
  readonly count: (orders: readonly RiskOrder[], allowed: number) => readonly Counted[];
  readonly explain: (figure: number, trait: string) => string;
}

const TEN_MINUTES_MS = 600_000;
/** Enough to see the pattern; a search for the rest is one click away. */
const SHOWN_ORDERS = 20;

const TRAIT_WORDS: Readonly<Record<RiskTrait, string>> = {
  account: 'account',
  address: 'delivery address',
  payment_method: 'means of payment',
  device: 'device',
};

/** Every rule is enough alone to have an order looked at: an operator weighs, and the rules only find. */
export const RISK_RULES: Readonly<Record<RiskRuleCode, RiskRule>> = {
  accounts_per_address: {
    looksAt: ['address'],
    count: countAccounts,
    explain: (accounts) => `${accounts} accounts bought to one delivery address.`,
  },
  accounts_per_payment_method: {
    looksAt: ['payment_method'],
    count: countAccounts,
    explain: (accounts) => `${accounts} accounts paid with one means of payment.`,
  },
  accounts_per_device: {
    looksAt: ['device'],
    count: countAccounts,
    explain: (accounts) => `${accounts} accounts bought on one device.`,
  },
  units_per_address: {
    looksAt: ['address'],
    count: countUnits,
    explain: (units) => `${units} units of one item go to one delivery address.`,
  },
  orders_per_ten_minutes: {
    looksAt: ['address', 'payment_method', 'device'],
    count: countBurst,
    explain: (orders, trait) => `${orders} orders with one ${trait} within ten minutes.`,
  },
  sales_at_limit: {
    looksAt: ['account'],
    count: countSalesAtLimit,
    explain: (sales) => `This account bought all that one buyer may have in ${sales} sales within a month.`,
  },
};

/** What the rules find in groups of orders, by order id. Orders that are in order are left out. */
export function findRisks(groups: readonly RiskGroup[], rules: RiskReviewRules): Map<string, RiskFinding[]> {
  const found = new Map<string, RiskFinding[]>();
  for (const group of groups) {
    for (const code of RULE_CODES) {
      for (const { finding, orders } of applyRule(code, group, rules[code])) {
        for (const { orderId } of orders) found.set(orderId, [...(found.get(orderId) ?? []), finding]);
      }
    }
  }
  return found;
}

const RULE_CODES = Object.keys(RISK_RULES) as RiskRuleCode[];

function applyRule(rule: RiskRuleCode, { trait, orders }: RiskGroup, allowed: number) {
  const { looksAt, count, explain } = RISK_RULES[rule];
  if (allowed === 0 || !looksAt.includes(trait)) return [];
  return count(orders, allowed)
    .filter(({ figure }) => figure > allowed)
    .map(({ figure, orders: counted }) => {
      const orderIds = counted.slice(0, SHOWN_ORDERS).map(({ orderId }) => orderId);
      const explanation = explain(figure, TRAIT_WORDS[trait]);
      return { finding: { rule, trait, figure, allowed, explanation, orderIds }, orders: counted };
    });
}

function countAccounts(orders: readonly RiskOrder[]): Counted[] {
  return [{ figure: new Set(orders.map(({ userId }) => userId)).size, orders }];
}

/** Of the item of which there are most. */
function countUnits(orders: readonly RiskOrder[]): Counted[] {
  const units = new Map<string, number>();
  for (const { lines } of orders) {
    for (const { skuId, quantity } of lines) units.set(skuId, (units.get(skuId) ?? 0) + quantity);
  }
  return [{ figure: Math.max(0, ...units.values()), orders }];
}

/** The most orders within any ten minutes; all orders of every ten minutes that had too many. */
function countBurst(orders: readonly RiskOrder[], allowed: number): Counted[] {
  const sorted = orders.toSorted((a, b) => a.boughtAtMs - b.boughtAtMs);
  const inBurst = new Set<RiskOrder>();
  let figure = 0;
  let first = 0;
  for (const [last, { boughtAtMs }] of sorted.entries()) {
    while ((sorted[first]?.boughtAtMs ?? boughtAtMs) <= boughtAtMs - TEN_MINUTES_MS) first += 1;
    const inWindow = last + 1 - first;
    figure = Math.max(figure, inWindow);
    if (inWindow > allowed) for (const order of sorted.slice(first, last + 1)) inBurst.add(order);
  }
  return [{ figure, orders: [...inBurst] }];
}

/** One unit where one is all that anybody may have is what every visitor buys. */
function countSalesAtLimit(orders: readonly RiskOrder[]): Counted[] {
  const bySale = Map.groupBy(orders, ({ saleId }) => saleId);
  const atLimit = [...bySale.values()].filter((ofSale) => {
    const limit = ofSale[0]?.purchaseLimit ?? 0;
    return limit > 1 && (countUnits(ofSale)[0]?.figure ?? 0) >= limit;
  });
  return [{ figure: atLimit.length, orders: atLimit.flat() }];
}
