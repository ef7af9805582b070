import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { claim } from '../../src/database/claims.ts';
import { findOrder } from '../../src/database/orders.ts';
import { recordAttempts } from '../../src/database/payment-records.ts';
import {
  type AttemptMove,
  moveAttempts,
  readAttempts,
  readAttemptsOfOrder,
  startRefund,
} from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import { attemptRecord, ledgerSale, numbered, orderChange, payingOrder } from '../support/ledger-fixtures.ts';
import { saleItem } from '../support/sale-fixtures.ts';
import { StatementCount } from '../support/statement-count.ts';
import { attemptIn } from './ledger-payments.ts';

const CROWD = 40;

export function paymentBatchConformance(db: () => Ledger): void {
  const newRecord = async () => attemptRecord(payingOrder({ saleId: (await ledgerSale(db())).saleId }));

  test('each record of a batch gets its own outcome', async () => {
    const known = await newRecord();
    await recordAttempts(db(), [known]);
    const fresh = await newRecord();
    const records = [known, fresh, { ...known, paymentMethod: 'pm_declined' }, await newRecord()];
    const outcomes = await recordAttempts(db(), records);
    expect(outcomes).toMatchObject([
      { code: 'exists', attempt: { attemptId: known.attemptId } },
      { code: 'recorded', attempt: { attemptId: fresh.attemptId } },
      { code: 'idempotency_key_reused' },
      { code: 'recorded' },
    ]);
  });

  test('what a batch says of an attempt is what the ledger has', async () => {
    const [outcome] = await recordAttempts(db(), [await newRecord()]);
    if (outcome?.code !== 'recorded') throw new Error('not recorded');
    const { attemptId } = outcome.attempt;
    expect(await readAttempts(db(), [attemptId])).toEqual([outcome.attempt]);
    const patch = { providerReference: 'ref-1' };
    const moved = await moveAttempts(db(), [{ attemptId, action: 'authorise', patch, nowMs: T0 + 1 }]);
    expect(await readAttempts(db(), [attemptId])).toEqual(moved);
  });

  test('a request that is twice in a batch makes one attempt', async () => {
    const record = await newRecord();
    const outcomes = await recordAttempts(db(), [record, { ...record, attemptId: randomUUID() }]);
    expect(outcomes).toMatchObject([
      { code: 'recorded', attempt: { attemptId: record.attemptId } },
      { code: 'exists', attempt: { attemptId: record.attemptId } },
    ]);
    expect(await readAttemptsOfOrder(db(), record.order.orderId)).toHaveLength(1);
  });

  test('of two requests of one order in a batch the second one counts', async () => {
    const customer = { name: 'Ann', email: 'ann@example.com', phone: null, address: null };
    const first = { ...(await newRecord()), customer };
    const second = { ...first, attemptId: randomUUID(), idempotencyKey: 'pay-2', customer: null };
    const outcomes = await recordAttempts(db(), [first, second]);
    expect(outcomes).toMatchObject([{ attempt: { attemptNumber: 1 } }, { attempt: { attemptNumber: 2 } }]);
    const { attemptId, order } = second;
    expect(await findOrder(db(), order.orderId)).toMatchObject({ customer, latestAttempt: { attemptId } });
    await moveAttempts(db(), moves('authorise', [first.attemptId, attemptId]));
    const claims = await claim(db(), [first.attemptId, attemptId], T0);
    expect([...claims.values()]).toEqual(['not_current', 'claimed']);
  });

  test('each move of a batch is made or not, by the state of its attempt', async () => {
    const created = await attemptIn(db(), 'created');
    const claimed = await attemptIn(db(), 'claimed');
    const declined = await attemptIn(db(), 'declined');
    const made = await moveAttempts(db(), [
      ...moves('authorise', [created, claimed]),
      ...moves('capture', [claimed, declined, randomUUID()]),
    ]);
    expect(made.map((attempt) => attempt?.state ?? null)).toEqual(['authorised', null, 'captured', null, null]);
  });

  test('moves of one attempt in a batch are made one after the other', async () => {
    const order = payingOrder({ saleId: (await ledgerSale(db())).saleId });
    const attemptId = await attemptIn(db(), 'created', order);
    const made = await moveAttempts(db(), [
      ...moves('authorise', [attemptId, attemptId]),
      { attemptId, action: 'abandon', patch: { abandonReason: 'superseded' }, nowMs: T0 },
    ]);
    expect(made).toMatchObject([{ state: 'authorised' }, null, { state: 'abandoned', abandonReason: 'superseded' }]);
    const types = (await findOrder(db(), order.orderId))?.timeline.map(({ type }) => type);
    expect(types).toEqual(['payment_authorised', 'payment_abandoned']);
  });

  test('refunds that are settled in a batch refund the orders that were paid', async () => {
    const { saleId } = await ledgerSale(db());
    const paid = payingOrder({ saleId });
    const late = payingOrder({ saleId, state: 'expired', payingUntilMs: null });
    const attempts = [await attemptIn(db(), 'confirmed', paid), await attemptIn(db(), 'refunding', late)];
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_paid', { ...paid, state: 'paid' })]));
    await startRefund(db(), { orderId: paid.orderId, by: 'operator', nowMs: T0 });
    await moveAttempts(db(), moves('settle_refund', attempts));
    expect(await findOrder(db(), paid.orderId)).toMatchObject({ state: 'refunded' });
    expect(await findOrder(db(), late.orderId)).toMatchObject({ state: 'expired' });
  });

  test('a refund that was not begun leaves its order paid', async () => {
    const { saleId } = await ledgerSale(db());
    const order = payingOrder({ saleId });
    const attemptId = await attemptIn(db(), 'confirmed', order);
    await applyEvents(db(), saleId, numbered(saleId, [orderChange('order_paid', { ...order, state: 'paid' })]));
    expect(await moveAttempts(db(), moves('settle_refund', [attemptId]))).toEqual([null]);
    expect(await findOrder(db(), order.orderId)).toMatchObject({ state: 'paid' });
  });

  test('a crowd takes as many statements as one', async () => {
    const { saleId } = await ledgerSale(db(), { items: [saleItem({ totalStock: CROWD + 1 })] });
    const crowd = Array.from({ length: CROWD }, () => attemptRecord(payingOrder({ saleId })));
    const alone = attemptRecord(payingOrder({ saleId }));
    const statements = async (records: typeof crowd) => {
      const count = new StatementCount();
      const attemptIds = records.map(({ attemptId }) => attemptId);
      await recordAttempts(count.of(db()), records);
      await moveAttempts(count.of(db()), moves('authorise', attemptIds));
      await claim(count.of(db()), attemptIds, T0);
      return count.statements;
    };
    expect(await statements(crowd)).toBe(await statements([alone]));
  });

  test('batches of the same attempts at once move each of them once', async () => {
    const records = await Promise.all(Array.from({ length: CROWD }, newRecord));
    const attemptIds = records.map(({ attemptId }) => attemptId);
    const outcomes = await Promise.all([
      recordAttempts(db(), records),
      recordAttempts(db(), records.toReversed()),
      recordAttempts(db(), records),
    ]);
    expect(outcomes.flat().filter(({ code }) => code === 'recorded')).toHaveLength(CROWD);
    const [there, back] = await Promise.all([
      moveAttempts(db(), moves('authorise', attemptIds)),
      moveAttempts(db(), moves('authorise', attemptIds.toReversed())),
      claim(db(), attemptIds, T0),
      recordAttempts(db(), records),
    ]);
    expect([...there, ...back].filter((attempt) => attempt !== null)).toHaveLength(CROWD);
  });
}

function moves(action: AttemptMove['action'], attemptIds: readonly string[]): AttemptMove[] {
  return attemptIds.map((attemptId) => ({ attemptId, action, nowMs: T0 }));
}
