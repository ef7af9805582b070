import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { pageDeadLetters } from '../../src/database/dead-letters.ts';
import { findOrder } from '../../src/database/orders.ts';
import { readSale } from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Change, OrderEvent } from '../../src/domain/order-event.ts';
import { applyAroundPoison } from '../../src/processor/apply-around-poison.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { T0 } from '../support/clock.ts';
import { ledgerSale, numbered, orderChange, reservedOrder } from '../support/ledger-fixtures.ts';

const NUL = 'no\0text';

/** Ways in which an event can be such that the ledger never takes it. */
const POISONS: readonly [reason: string, poison: (saleId: string) => Change][] = [
  ['invalid_data', (saleId) => orderChange('order_reserved', reservedOrder({ saleId, userId: NUL }))],
  [
    'constraint_violated',
    (saleId) => orderChange('order_reserved', reservedOrder({ saleId, totalMinor: null as never })),
  ],
  ['malformed_event', () => ({ type: 'order_reserved', order: undefined as never })],
  ['invalid_data', (saleId) => ({ type: 'sale_restocked', restockId: NUL, skuId: saleId, quantity: 1 })],
];

export function poisonConformance(db: () => Ledger): void {
  const metrics = createMetrics();
  const ports = () => ({
    ledger: db(),
    events: new EngineEvents(metrics, createLogger('silent')),
    store: { now: async () => T0 },
    audience: 'buyers' as const,
  });

  const lettersOf = async (saleId: string) => {
    const { letters } = await pageDeadLetters(db(), { state: null, kind: 'event', cursor: null, limit: 200 });
    return letters.filter((letter) => letter.saleId === saleId);
  };

  test.each(POISONS)(
    '%s: the event alone becomes a dead letter, and all around it are applied',
    async (reason, poison) => {
      const { saleId } = await ledgerSale(db());
      const good = Array.from({ length: 10 }, () => orderChange('order_reserved', reservedOrder({ saleId })));
      const log = numbered(saleId, good.toSpliced(6, 0, poison(saleId)));
      expect(await applyAroundPoison(ports(), saleId, log)).toBe(11);
      expect(await knownOrders(saleId)).toBe(10);
      expect(await lettersOf(saleId)).toMatchObject([
        {
          reason,
          state: 'open',
          attempts: 1,
          correlationId: 'correlation-7',
          subject: `${saleId}/1-7`,
          payload: { seq: 7 },
        },
      ]);
    },
  );

  test('an event that another has already applied or buried is not buried again', async () => {
    const { saleId } = await ledgerSale(db());
    const log = numbered(saleId, [POISONS[0]?.[1](saleId) ?? good(saleId), good(saleId)]);
    await Promise.all([applyAroundPoison(ports(), saleId, log), applyAroundPoison(ports(), saleId, log)]);
    expect(await lettersOf(saleId)).toMatchObject([{ attempts: 1 }]);
    expect(await applyEvents(db(), saleId, [])).toBe(2);
  });

  test('poison of an epoch that is over takes no number of the epoch that came after it', async () => {
    const { saleId } = await ledgerSale(db());
    await applyEvents(db(), saleId, numbered(saleId, [good(saleId), good(saleId)]));
    await sql`update log_positions set epoch = 2 where sale_id = ${saleId}`.execute(db());
    const [late, next] = numbered(saleId, [POISONS[0]?.[1](saleId) ?? good(saleId), good(saleId)], 3);
    if (!late || !next) throw new Error('two events');

    expect(await applyAroundPoison(ports(), saleId, [late])).toBe(2);
    expect(await lettersOf(saleId)).toMatchObject([{ subject: `${saleId}/1-3` }]);
    expect(await applyAroundPoison(ports(), saleId, [{ ...next, epoch: 2, seq: 3 }])).toBe(3);
  });

  test('a schema that is not ours buries nothing', async () => {
    const { saleId } = await ledgerSale(db());
    const log = numbered(saleId, [good(saleId)]);
    await sql`alter table order_items rename to order_items_elsewhere`.execute(db());
    await expect(applyAroundPoison(ports(), saleId, log)).rejects.toMatchObject({ code: '42P01' });
    await sql`alter table order_items_elsewhere rename to order_items`.execute(db());
    expect(await lettersOf(saleId)).toEqual([]);
    expect(await applyAroundPoison(ports(), saleId, log)).toBe(1);
  });

  test('later events of an order heal the order that a poison event left out', async () => {
    const { saleId } = await ledgerSale(db());
    const order = reservedOrder({ saleId });
    const cancelled = { ...order, state: 'cancelled' as const, releaseReason: 'cancelled_by_buyer' as const };
    const log = numbered(saleId, [
      orderChange('order_reserved', { ...order, userId: NUL }),
      orderChange('order_cancelled', cancelled),
    ]);
    expect(await applyAroundPoison(ports(), saleId, log)).toBe(2);
    expect(await findOrder(db(), order.orderId)).toMatchObject({ state: 'cancelled' });
  });

  test('wherever poison sits, and however the log is cut, the rest is applied once and each letter written once', async () => {
    const places = fc.uniqueArray(fc.nat(19), { maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(places, cuts, async (poisoned, lengths) => {
        const { saleId } = await ledgerSale(db());
        const log = numbered(
          saleId,
          Array.from({ length: 20 }, (_, at) =>
            poisoned.includes(at) ? (POISONS[at % 3]?.[1](saleId) ?? good(saleId)) : good(saleId),
          ),
        );
        for (let position = 0, step = 0; position < log.length; step++) {
          const length = lengths[step % lengths.length] ?? 1;
          position = positionOf(await applyAroundPoison(ports(), saleId, log.slice(position, position + length)));
        }
        expect(await knownOrders(saleId)).toBe(20 - poisoned.length);
        const buried = (await lettersOf(saleId)).map(({ payload }) => (payload as OrderEvent).seq - 1);
        expect(buried.toSorted((a, b) => a - b)).toEqual(poisoned.toSorted((a, b) => a - b));
      }),
      { numRuns: 8 },
    );
  });

  test('an event of a sale that comes late leaves the state to the newest', async () => {
    const { saleId } = await ledgerSale(db());
    const log = numbered(saleId, [{ type: 'sale_started' }, { type: 'sale_paused' }, { type: 'sale_resumed' }]);
    await applyEvents(db(), saleId, log);
    await sql`update log_positions set seq = 1 where sale_id = ${saleId}`.execute(db());
    await applyEvents(db(), saleId, log.slice(1, 2));
    expect(await readSale(db(), saleId)).toMatchObject({ state: 'active' });
  });

  async function knownOrders(saleId: string): Promise<number> {
    const { count } = await db()
      .selectFrom('orders')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('sale_id', '=', saleId)
      .executeTakeFirstOrThrow();
    return count;
  }
}

function positionOf(applied: number | 'busy'): number {
  if (applied === 'busy') throw new Error('nobody else is at this sale');
  return applied;
}

function good(saleId: string): Change {
  return orderChange('order_reserved', reservedOrder({ saleId, orderId: randomUUID() }));
}
