import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Reservation } from '#sdk/contract/purchase.ts';
import { createRandom } from '../../src/cli/simulate/random.ts';
import { Rush } from '../support/rush.ts';

const STOPPED_WITHIN_MS = 30_000;
const UNDER_WAY = 10;
/** Characters, of a server that did not end as it should. */
const LOG_SHOWN = 4_000;
const DECIDED_AFTER_MS = 4_000;

test('a server that is asked to stop in the rush answers the payments under way and loses nothing', {
  timeout: 180_000,
}, async () => {
  const rush = await Rush.start(createRandom(1));
  const { server, crowd } = rush;
  await rush.acknowledges(30);
  const payments = await beginPayments(rush);

  const askedAt = performance.now();
  const code = await server.end('SIGTERM');
  expect(code, server.log.slice(-LOG_SHOWN)).toBe(0);
  expect(performance.now() - askedAt).toBeLessThan(STOPPED_WITHIN_MS);
  for (const answer of payments) expect(await answer).toMatchObject({ status: expect.anything() });

  const told = [...crowd.acknowledged.values()];
  await server.restart();
  await rush.expectKept(told);
  await rush.sellOut();
  await rush.expectBooksAgree();
});

/** Payments that the provider takes its time for, on connections that their buyers keep. */
async function beginPayments({ server, payments, crowd }: Rush): Promise<Promise<unknown>[]> {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  await payments.behave({ settle_ms: DECIDED_AFTER_MS });
  const begun = Array.from({ length: UNDER_WAY }, async (_, number) => {
    const attempt = { userId: `patient-${number}`, key: 'buy', body: { sku_id: 'A', quantity: 1 } };
    const reservation = await crowd.purchase(attempt);
    if (typeof reservation === 'string') throw new Error(`no reservation: ${reservation}`);
    const answer = payOnce(agent, server.url, reservation);
    await expect
      .poll(() => crowd.read({ ...attempt, reservation }), { timeout: 20_000 })
      .not.toMatchObject({ status: 'reserved' });
    return { answer };
  });
  return (await Promise.all(begun)).map(({ answer }) => answer);
}

function payOnce(agent: Agent, url: string, { order_id, reservation_token }: Reservation): Promise<unknown> {
  return new Promise((answered, failed) => {
    const headers = {
      authorization: `Bearer ${reservation_token}`,
      'content-type': 'application/json',
      'idempotency-key': 'patient',
    };
    request(`${url}/api/v1/orders/${order_id}/pay`, { method: 'POST', agent, headers })
      .on('response', (response) => answered(json(response)))
      .on('error', failed)
      .end(JSON.stringify({ payment_method: 'pm_pending' }));
  });
}
