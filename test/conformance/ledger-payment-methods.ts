import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { eraseCustomer } from '../../src/database/customer-erasure.ts';
import { abandonAttempt, recordAttempts } from '../../src/database/payment-records.ts';
import { readAttemptsOfOrder } from '../../src/database/payments.ts';
import type { Ledger } from '../../src/database/schema.ts';
import type { Order } from '../../src/domain/order.ts';
import type { PaymentState } from '../../src/domain/payment.ts';
import { T0 } from '../support/clock.ts';
import { attemptRecord, ledgerSale, moveAttempt, payingOrder, recordAttempt } from '../support/ledger-fixtures.ts';
import { antiBotRules } from '../support/sale-fixtures.ts';
import { attemptIn } from './ledger-payments.ts';

const REFUSED = { code: 'payment_method_limit_exceeded' };

export function paymentMethodConformance(db: () => Ledger): void {
  const strictSale = async () =>
    (await ledgerSale(db(), { antiBot: antiBotRules({ onePerPaymentMethod: true }) })).saleId;
  const strictOrder = async () => payingOrder({ saleId: await strictSale() });
  const another = ({ saleId }: Order) => attemptRecord(payingOrder({ saleId }));

  test('of orders that pay with the same method at once exactly one does', async () => {
    const saleId = await strictSale();
    const records = Array.from({ length: 8 }, () => attemptRecord(payingOrder({ saleId })));
    const outcomes = await Promise.all(records.map((record) => recordAttempt(db(), record)));
    expect(outcomes.map(({ code }) => code).toSorted()).toEqual([
      ...Array.from({ length: 7 }, () => 'payment_method_limit_exceeded'),
      'recorded',
    ]);
    const attempts = await Promise.all(records.map(({ order }) => readAttemptsOfOrder(db(), order.orderId)));
    expect(attempts.flat()).toHaveLength(1);
  });

  test('of orders in one batch that pay with the same method the first one does', async () => {
    const order = await strictOrder();
    const records = [attemptRecord(order), another(order), { ...another(order), paymentMethod: 'pm_other' }];
    const outcomes = await recordAttempts(db(), records);
    expect(outcomes).toMatchObject([{ code: 'recorded' }, REFUSED, { code: 'recorded' }]);
    expect(await recordAttempt(db(), another(order))).toEqual(REFUSED);
  });

  test('orders of sales that ask for it and of others share a batch', async () => {
    const lax = payingOrder({ saleId: (await ledgerSale(db())).saleId });
    const strict = await strictOrder();
    const records = [attemptRecord(lax), attemptRecord(strict), another(lax), another(strict)];
    const codes = (await recordAttempts(db(), records)).map(({ code }) => code);
    expect(codes).toEqual(['recorded', 'recorded', 'recorded', 'payment_method_limit_exceeded']);
  });

  test('a request that is refused for its key takes no method', async () => {
    const order = await strictOrder();
    const record = attemptRecord(order);
    const reused = { ...record, paymentMethod: 'pm_other' };
    expect(await recordAttempts(db(), [record, reused])).toMatchObject([
      { code: 'recorded' },
      { code: 'idempotency_key_reused' },
    ]);
    const other = { ...another(order), paymentMethod: 'pm_other' };
    expect(await recordAttempt(db(), other)).toMatchObject({ code: 'recorded' });
  });

  test('batches that want the same methods in opposite orders do not block each other', async () => {
    const saleId = await strictSale();
    const methods = Array.from({ length: 20 }, (_, index) => `pm_${index}`);
    const batchOf = (wanted: string[]) =>
      wanted.map((paymentMethod) => attemptRecord(payingOrder({ saleId }), { paymentMethod }));
    const batches = [batchOf(methods), batchOf(methods.toReversed())];
    const outcomes = await Promise.all(batches.map((batch) => recordAttempts(db(), batch)));
    expect(outcomes.flat().filter(({ code }) => code === 'recorded')).toHaveLength(methods.length);
  });

  test('different methods do not meet, nor do the same in different sales', async () => {
    const order = await strictOrder();
    const outcomes = await Promise.all([
      recordAttempt(db(), attemptRecord(order)),
      recordAttempt(db(), { ...another(order), paymentMethod: 'pm_other' }),
      recordAttempt(db(), attemptRecord(await strictOrder())),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual(['recorded', 'recorded', 'recorded']);
  });

  test('a sale that does not ask for it takes a method as often as it comes', async () => {
    const { saleId } = await ledgerSale(db(), { antiBot: antiBotRules() });
    for (let order = 0; order < 2; order++) {
      expect(await recordAttempt(db(), attemptRecord(payingOrder({ saleId })))).toMatchObject({ code: 'recorded' });
    }
  });

  test.each<PaymentState>(['created', 'authorised', 'claimed', 'captured', 'confirmed'])(
    'an attempt that is %s keeps its method from other orders',
    async (state) => {
      const order = await strictOrder();
      await attemptIn(db(), state, order);
      expect(await recordAttempt(db(), another(order))).toEqual(REFUSED);
    },
  );

  test.each<PaymentState>(['declined', 'abandoned', 'voided', 'refunding', 'refunded'])(
    'an attempt that is %s lets go of its method',
    async (state) => {
      const order = await strictOrder();
      await attemptIn(db(), state, order);
      expect(await recordAttempt(db(), another(order))).toMatchObject({ code: 'recorded' });
      expect(
        await recordAttempt(db(), { ...attemptRecord(order), attemptId: randomUUID(), idempotencyKey: 'again' }),
      ).toEqual(REFUSED);
    },
  );

  test('an attempt whose order expired keeps its method until it is known that it took nothing', async () => {
    const order = await strictOrder();
    const { attemptId } = attemptRecord(order);
    await attemptIn(db(), 'created', order);
    await abandonAttempt(db(), { order, attemptId, reason: 'expired', nowMs: T0 });
    expect(await recordAttempt(db(), another(order))).toEqual(REFUSED);
    await moveAttempt(db(), { attemptId, action: 'void', nowMs: T0 });
    expect(await recordAttempt(db(), another(order))).toMatchObject({ code: 'recorded' });
  });

  test.each<PaymentState>(['created', 'declined'])('an order repeats its own method while it is %s', async (state) => {
    const order = await strictOrder();
    await attemptIn(db(), state, order);
    const next = { ...attemptRecord(order), attemptId: randomUUID(), idempotencyKey: 'pay-2' };
    expect(await recordAttempt(db(), next)).toMatchObject({ code: 'recorded', attempt: { attemptNumber: 2 } });
    expect(await recordAttempt(db(), another(order))).toEqual(REFUSED);
  });

  test('a method that has bought stays used when the buyer’s tokens are erased', async () => {
    const order = await strictOrder();
    await attemptIn(db(), 'confirmed', order);
    await eraseCustomer(db(), { orderId: order.orderId });
    expect(await recordAttempt(db(), another(order))).toEqual(REFUSED);
  });
}
