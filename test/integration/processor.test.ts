import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { EmbeddedOrderLog } from '../../src/order-log/embedded/embedded-order-log.ts';
import { Processor } from '../../src/processor/processor.ts';
import { PaymentRig } from '../support/payment-rig.ts';

const RESERVATION_SECONDS = 10;
/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 20_000 };

function startProcessor(rig: PaymentRig): Processor {
  const { store, provider, events } = rig;
  const orderLog = new EmbeddedOrderLog(store, store, {
    batchSize: 100,
    retryMs: 5,
    outboxMax: 1_000,
    onFailure: () => {},
  });
  const processor = new Processor(
    { store, orderLog, ledger: rig.database.db, provider, events },
    {
      workerId: 'test',
      audience: 'buyers',
      concurrency: 2,
      retry: { attempts: 3, baseMs: 5 },
      paymentGraceMs: 0,
      idempotencyTtlMs: 3_600_000,
      sweepMs: 5,
    },
  );
  processor.start();
  return processor;
}

test('units of lapsed reservations come back while overdue payments wait for the ledger', async () => {
  const rig = await PaymentRig.open();
  onTestFinished(() => rig.close());
  const saleIds = [await rig.openSale(1, RESERVATION_SECONDS), await rig.openSale(1, RESERVATION_SECONDS)];
  for (const saleId of saleIds) {
    const order = await rig.reserve(saleId);
    if (saleId === saleIds[0]) await rig.store.beginPayment(order, 'attempt', 0);
  }
  await sql`alter table payments rename to payments_out_of_reach`.execute(rig.database.db);
  rig.clock.advance(RESERVATION_SECONDS * 1_000);

  const processor = startProcessor(rig);
  onTestFinished(() => processor.stop());

  await expect.poll(() => stockOf(rig, saleIds[1]), PATIENCE).toMatchObject({ available: 1, reserved: 0 });
  expect(await stockOf(rig, saleIds[0])).toMatchObject({ available: 0, paying: 1 });
});

async function stockOf({ store }: PaymentRig, saleId = '') {
  return (await store.readSale(saleId))?.stock[0];
}
