import fc from 'fast-check';
import type { GateSettings } from '../../src/domain/gate.ts';
import type { ReleaseReason, RequestedLine } from '../../src/domain/order.ts';
import type { SaleDefinition, WaitingRoomRules } from '../../src/domain/sale.ts';
import type { SaleCommand } from '../../src/domain/sale-change.ts';
import { T0 } from '../support/clock.ts';
import { antiBotRules, saleDefinition, saleItem, waitingRoomRules } from '../support/sale-fixtures.ts';

/** The buyer's newest ticket, their first, or one of another buyer. */
export type TicketChoice = 'newest' | 'first' | 'foreign';

/** One operation on a store, or a moment that passes, or a restart. `order` counts back from the newest order. */
export type Step =
  | { readonly type: 'prepare'; readonly sale: SaleDefinition }
  | { readonly type: 'change'; readonly saleId: string; readonly command: SaleCommand }
  | { readonly type: 'gate'; readonly saleId: string; readonly settings: Partial<GateSettings> }
  /** Of the list as it was closed, or of another. */
  | { readonly type: 'draw'; readonly saleId: string; readonly list: 'closed' | 'other' }
  | { readonly type: 'join'; readonly saleId: string; readonly userId: string; readonly held: boolean }
  | { readonly type: 'find'; readonly saleId: string; readonly userId: string }
  | {
      readonly type: 'leave' | 'admit';
      readonly saleId: string;
      readonly userId: string;
      readonly ticket: TicketChoice;
    }
  | { readonly type: 'call'; readonly saleId: string }
  | {
      readonly type: 'purchase';
      readonly saleId: string;
      readonly userId: string;
      readonly key: string;
      readonly lines: RequestedLine[];
      readonly shows: 'own_admission' | 'any_admission' | 'nothing';
      readonly deviceId: string | null;
    }
  | { readonly type: 'begin' | 'again'; readonly order: number; readonly attemptId: string; readonly graceMs: number }
  | { readonly type: 'decline' | 'confirm'; readonly order: number; readonly attemptId: string }
  | {
      readonly type: 'release';
      readonly order: number;
      readonly reason: ReleaseReason;
      readonly attemptId: string | null;
    }
  | { readonly type: 'expire' | 'due'; readonly saleId: string; readonly limit: number }
  | { readonly type: 'trim'; readonly saleId: string; readonly upTo: number }
  | { readonly type: 'forget'; readonly saleId: string }
  | { readonly type: 'advance'; readonly byMs: number }
  | { readonly type: 'reopen' };

/** Few of everything, so that steps meet: two sales, five buyers, a handful of keys, two SKUs, two attempts an order. */
export const SALE_IDS = ['sale-1', 'sale-2'];
export const USER_IDS = ['ann', 'bob', 'cat', 'dan', 'eve'];
/** Small enough to be full now and then. */
export const OUTBOX_MAX = 14;

const saleId = fc.oneof({ weight: 6, arbitrary: fc.constant('sale-1') }, fc.constant('sale-2'));
const skuId = fc.constantFrom('hat', 'scarf');
const attemptId = fc.oneof({ weight: 4, arbitrary: fc.constant('a1') }, fc.constant('a2'));
const order = fc.nat({ max: 5 });
const graceMs = fc.constantFrom(0, 1_000, 30_000);

const userId = fc.constantFrom(...USER_IDS);

const waitingRoom: fc.Arbitrary<WaitingRoomRules> = fc
  .record({
    opensInMs: fc.constantFrom(-1_000, -1_000, 1_000),
    order: fc.constantFrom('fifo', 'fifo', 'draw'),
    ratePerSecond: fc.integer({ min: 1, max: 3 }),
    maxActive: fc.integer({ min: 1, max: 4 }),
    admissionSeconds: fc.constantFrom(2, 10, 60),
  })
  .map(({ opensInMs, order, ...rules }) => {
    const draw = order === 'draw' ? { seed: '11'.repeat(32), entrySecret: '22'.repeat(32), beacon: null } : null;
    return waitingRoomRules({ ...rules, opensAtMs: T0 + opensInMs, order, draw });
  });

const sale = fc
  .record({
    saleId,
    startsInMs: fc.constantFrom(-1_000, 0, 0, 2_000, 18_000),
    lastsMs: fc.constantFrom(20_000, 300_000, 3_600_000),
    purchaseLimit: fc.constantFrom(1, 1, 2, 3, 5),
    reservationSeconds: fc.constantFrom(1, 5, 30),
    hats: fc.constantFrom(0, 1, 1, 2, 4, 8),
    scarves: fc.constantFrom(1, 2, 3, 6, 12),
    waitingRoom: fc.option(waitingRoom, { freq: 2 }),
    onePerDevice: fc.constantFrom(true, false, false),
  })
  .map(({ startsInMs, lastsMs, hats, scarves, onePerDevice, ...rules }) =>
    saleDefinition({
      ...rules,
      startsAtMs: T0 + startsInMs,
      endsAtMs: T0 + lastsMs,
      items: [
        saleItem({ skuId: 'hat', totalStock: hats }),
        saleItem({ skuId: 'scarf', totalStock: scarves, safetyBuffer: 1 }),
      ],
      antiBot: onePerDevice ? antiBotRules({ onePerDevice }) : null,
    }),
  );

const settings = fc.record(
  {
    ratePerSecond: fc.integer({ min: 1, max: 3 }),
    maxActive: fc.integer({ min: 1, max: 4 }),
    paused: fc.constantFrom(true, false, false),
  },
  { requiredKeys: [] },
);

const ticket = fc.oneof(
  { weight: 8, arbitrary: fc.constant('newest' as const) },
  fc.constantFrom('first' as const, 'foreign' as const),
);

/** What happens in a waiting room. */
const queueStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constant('join' as const),
      saleId,
      userId,
      held: fc.constantFrom(true, false, false, false, false, false),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('find' as const), saleId, userId }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('leave' as const), saleId, userId, ticket }) },
  { weight: 14, arbitrary: fc.record({ type: fc.constant('admit' as const), saleId, userId, ticket }) },
  { weight: 12, arbitrary: fc.record({ type: fc.constant('call' as const), saleId }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('gate' as const), saleId, settings }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('draw' as const),
      saleId,
      list: fc.constantFrom('closed' as const, 'closed' as const, 'other' as const),
    }),
  },
);

const command: fc.Arbitrary<SaleCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'pause' as const }) },
  { weight: 8, arbitrary: fc.constant({ type: 'resume' as const }) },
  fc.record({ type: fc.constantFrom('end' as const, 'cancel' as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('restock' as const),
      restockId: fc.constantFrom('r1', 'r2', 'r3'),
      skuId: fc.constantFrom('hat', 'scarf', 'glove'),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

const lines = fc.array(
  fc.record({
    skuId: fc.oneof({ weight: 20, arbitrary: skuId }, fc.constant('glove')),
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  { minLength: 1, maxLength: 2 },
);

const purchase = fc.record({
  type: fc.constant('purchase' as const),
  saleId,
  userId,
  key: fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8'),
  lines,
  shows: fc.oneof(
    { weight: 8, arbitrary: fc.constant('own_admission' as const) },
    fc.constantFrom('any_admission' as const, 'nothing' as const),
  ),
  deviceId: fc.constantFrom(null, 'phone', 'tablet', 'laptop'),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 40, arbitrary: queueStep },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('prepare' as const), sale }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('change' as const), saleId, command }) },
  { weight: 24, arbitrary: purchase },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('begin' as const, 'again' as const), order, attemptId, graceMs }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ type: fc.constantFrom('decline' as const, 'confirm' as const), order, attemptId }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('release' as const),
      order,
      reason: fc.constantFrom<ReleaseReason[]>('expired', 'cancelled_by_buyer', 'payment_failed', 'claim_refused'),
      attemptId: fc.option(attemptId),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('expire' as const, 'due' as const),
      saleId,
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('trim' as const), saleId, upTo: fc.nat({ max: 60 }) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('forget' as const), saleId }) },
  {
    weight: 10,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      byMs: fc.constantFrom(-500, 1, 999, 1_000, 5_000, 30_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'reopen' as const }) },
);

/** A buyer who does what buyers do, so that histories get beyond the door; `pays` says how far they go. */
const shopping: fc.Arbitrary<Step[]> = fc
  .record({ purchase, pays: fc.constantFrom('nothing', 'begins', 'pays', 'pays'), waitsMs: fc.constantFrom(0, 1_000) })
  .map(({ purchase: bought, pays, waitsMs }) => {
    const { saleId, userId } = bought;
    const wait: Step = { type: 'advance', byMs: waitsMs };
    const enter: Step = { type: 'admit', saleId, userId, ticket: 'newest' };
    const visit: Step[] = [
      { type: 'join', saleId, userId, held: false },
      wait,
      { type: 'call', saleId },
      enter,
      bought,
    ];
    const begin: Step = { type: 'begin', order: 0, attemptId: 'a1', graceMs: 0 };
    const confirm: Step = { type: 'confirm', order: 0, attemptId: 'a1' };
    return { nothing: visit, begins: [...visit, begin], pays: [...visit, begin, confirm, enter] }[pays];
  });

/** A sale to begin with, then anything. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    sale,
    fc.array(fc.oneof({ weight: 5, arbitrary: step.map((one) => [one]) }, shopping), {
      minLength: 1,
      maxLength: 70,
      size: 'max',
    }),
  )
  .map(([first, rest]) => [{ type: 'prepare', sale: first }, ...rest.flat()]);
