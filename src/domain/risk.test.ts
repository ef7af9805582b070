import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { T0 } from '../../test/support/clock.ts';
import { MINUTE_MS, riskReviewRules } from '../../test/support/sale-fixtures.ts';
import { findRisks, RISK_RULES, type RiskGroup, type RiskOrder, type RiskRuleCode, type RiskTrait } from './risk.ts';

const CODES = Object.keys(RISK_RULES) as RiskRuleCode[];
const TRAITS: readonly RiskTrait[] = ['account', 'address', 'payment_method', 'device'];

/** One unit, for a buyer of its own, in a sale where two may be had. */
function order(index: number, known: Partial<RiskOrder> = {}): RiskOrder {
  return {
    orderId: `order-${index}`,
    saleId: 'sale-1',
    userId: `buyer-${index}`,
    boughtAtMs: T0 + index * MINUTE_MS,
    lines: [{ skuId: 'sneaker', quantity: 1 }],
    purchaseLimit: 2,
    ...known,
  };
}

function group(trait: RiskTrait, count: number, each: (index: number) => Partial<RiskOrder> = () => ({})): RiskGroup {
  return { trait, orders: Array.from({ length: count }, (_, index) => order(index, each(index))) };
}

const inSale = (index: number) => ({ saleId: `sale-${index}`, userId: 'ann' });
const hoarding = (index: number) => ({ ...inSale(index), lines: [{ skuId: 'sneaker', quantity: 2 }] });

interface Case {
  readonly rule: RiskRuleCode;
  readonly allowed: number;
  readonly orders: RiskGroup;
  readonly figure: number;
  readonly explanation: string;
}

const FOUND: readonly Case[] = [
  {
    rule: 'accounts_per_address',
    allowed: 3,
    orders: group('address', 4),
    figure: 4,
    explanation: '4 accounts bought to one delivery address.',
  },
  {
    rule: 'accounts_per_payment_method',
    allowed: 2,
    orders: group('payment_method', 3),
    figure: 3,
    explanation: '3 accounts paid with one means of payment.',
  },
  {
    rule: 'accounts_per_device',
    allowed: 2,
    orders: group('device', 3),
    figure: 3,
    explanation: '3 accounts bought on one device.',
  },
  {
    rule: 'units_per_address',
    allowed: 5,
    orders: group('address', 3, () => ({ userId: 'ann', lines: [{ skuId: 'hat', quantity: 2 }] })),
    figure: 6,
    explanation: '6 units of one item go to one delivery address.',
  },
  {
    rule: 'orders_per_ten_minutes',
    allowed: 9,
    orders: group('device', 10),
    figure: 10,
    explanation: '10 orders with one device within ten minutes.',
  },
  {
    rule: 'sales_at_limit',
    allowed: 3,
    orders: group('account', 4, hoarding),
    figure: 4,
    explanation: 'This account bought all that one buyer may have in 4 sales within a month.',
  },
];

describe.each(FOUND)('$rule', ({ rule, allowed, orders, figure, explanation }) => {
  test('finds every order that it counts, and says why with figures', () => {
    const found = findRisks([orders], riskReviewRules({ [rule]: allowed }));
    const orderIds = orders.orders.map(({ orderId }) => orderId);
    expect([...found.keys()]).toEqual(orderIds);
    for (const findings of found.values()) {
      expect(findings).toEqual([{ rule, trait: orders.trait, figure, allowed, explanation, orderIds }]);
    }
  });

  test('lets pass what is allowed', () => {
    expect(findRisks([orders], riskReviewRules({ [rule]: figure }))).toEqual(new Map());
  });

  test('looks at nothing else', () => {
    const others = TRAITS.filter((trait) => !RISK_RULES[rule].looksAt.includes(trait));
    const groups = others.map((trait) => ({ ...orders, trait }));
    expect(findRisks(groups, riskReviewRules({ [rule]: 1 }))).toEqual(new Map());
  });
});

describe('what is in order', () => {
  test.each<[string, RiskRuleCode, RiskGroup]>([
    [
      'one account that orders often to its address',
      'accounts_per_address',
      group('address', 9, () => ({ userId: 'a' })),
    ],
    [
      'units of different items',
      'units_per_address',
      group('address', 2, (it) => ({ lines: [{ skuId: `${it}`, quantity: 1 }] })),
    ],
    [
      'orders that are ten minutes apart',
      'orders_per_ten_minutes',
      group('address', 5, (it) => ({ boughtAtMs: T0 + it * 10 * MINUTE_MS })),
    ],
    ['a buyer who takes less than the limit, sale after sale', 'sales_at_limit', group('account', 9, inSale)],
    [
      'a buyer who takes the one unit that each may have, sale after sale',
      'sales_at_limit',
      group('account', 9, (it) => ({ ...inSale(it), purchaseLimit: 1 })),
    ],
  ])('%s', (_, rule, orders) => {
    expect(findRisks([orders], riskReviewRules({ [rule]: 1 }))).toEqual(new Map());
  });

  test('of a burst only the orders that were in it are found', () => {
    const minutes = [0, 30, 31, 32, 90];
    const orders = group('address', 5, (it) => ({ boughtAtMs: T0 + (minutes[it] ?? 0) * MINUTE_MS }));
    const found = findRisks([orders], riskReviewRules({ orders_per_ten_minutes: 2 }));
    expect([...found.keys()]).toEqual(['order-1', 'order-2', 'order-3']);
  });
});

describe('any group', () => {
  const anyOrder = fc.record({
    orderId: fc.uuid(),
    saleId: fc.constantFrom('sale-1', 'sale-2', 'sale-3'),
    userId: fc.constantFrom('ann', 'bob', 'cem', 'dia'),
    boughtAtMs: fc.integer({ min: T0, max: T0 + 60 * MINUTE_MS }),
    lines: fc.array(fc.record({ skuId: fc.constantFrom('hat', 'scarf'), quantity: fc.integer({ min: 1, max: 3 }) })),
    purchaseLimit: fc.integer({ min: 1, max: 3 }),
  });
  const anyGroup = fc.record({ trait: fc.constantFrom(...TRAITS), orders: fc.array(anyOrder, { maxLength: 30 }) });
  const anyRules = fc.record(
    Object.fromEntries(CODES.map((code) => [code, fc.integer({ min: 0, max: 8 })])) as Record<
      RiskRuleCode,
      fc.Arbitrary<number>
    >,
  );

  test('a finding exceeds what is allowed, names its order among others of the group, and no more than twenty', () => {
    fc.assert(
      fc.property(anyGroup, anyRules, (orders, rules) => {
        const known = new Set(orders.orders.map(({ orderId }) => orderId));
        for (const [orderId, findings] of findRisks([orders], rules)) {
          expect(known).toContain(orderId);
          for (const { rule, figure, allowed, orderIds } of findings) {
            expect(allowed).toBe(rules[rule]);
            expect(figure).toBeGreaterThan(allowed);
            expect(orderIds.length).toBeLessThanOrEqual(20);
            expect(orderIds.filter((id) => !known.has(id))).toEqual([]);
          }
        }
      }),
    );
  });

  test('one order more takes no finding from any other', () => {
    fc.assert(
      fc.property(anyGroup, anyOrder, anyRules, (orders, another, rules) => {
        const before = [...findRisks([orders], rules).keys()];
        const after = findRisks([{ ...orders, orders: [...orders.orders, another] }], rules);
        expect(before.filter((orderId) => !after.has(orderId))).toEqual([]);
      }),
    );
  });

  test('rules that are off find nothing', () => {
    fc.assert(fc.property(anyGroup, (orders) => findRisks([orders], riskReviewRules()).size === 0));
  });
});
