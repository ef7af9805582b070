import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRandom } from '../../src/cli/simulate/random.ts';
import type { Acknowledgement } from '../support/crowd.ts';
import { startPostgres } from '../support/postgres.ts';
import { Rush } from '../support/rush.ts';

const DOWN_FOR_MS = 3_000;
const SOLD_MEANWHILE = 20;
const PATIENCE = { timeout: 20_000 };

const postgres = await startPostgres();
const outage = postgres?.outage;

describe.skipIf(!outage)('a sale whose ledger goes down', () => {
  test('sells on, says 503 to lists, and has every order once the ledger is back', { timeout: 180_000 }, async () => {
    onTestFinished(() => postgres?.stop());
    const rush = await Rush.start(createRandom(1), { DATABASE_URL: postgres?.url ?? '' });
    const { server, crowd } = rush;
    await rush.paysFor(10);

    await outage?.begin();
    const sold = Array.from({ length: SOLD_MEANWHILE }, (_, number) => buyOne(rush, `meanwhile-${number}`));
    const [latest] = await Promise.all(sold);
    expect(await codeOf(`${server.url}/api/v1/orders`, server.sessionOf('anybody'))).toEqual([
      503,
      'store_unavailable',
    ]);
    await expect.poll(() => fetch(`${server.url}/health/ready`).then(({ status }) => status), PATIENCE).toBe(503);
    expect(latest && (await crowd.read(latest))).toMatchObject({ order_id: latest?.reservation.order_id });
    await sleep(DOWN_FOR_MS);
    await outage?.end();

    await expect.poll(() => fetch(`${server.url}/health/ready`).then(({ status }) => status), PATIENCE).toBe(200);
    await rush.sellOut();
    await rush.expectBooksAgree();
    expect((await server.client.listDeadLetters({ kind: 'event' })).dead_letters).toEqual([]);
    const metrics = await fetch(`${server.url}/metrics`).then((response) => response.text());
    expect(metrics).toMatch(/tidegate_retries_total\{dependency="ledger"\} [1-9]/);
  });
});

/** Only payments need the ledger. */
async function buyOne({ crowd }: Rush, userId: string): Promise<Acknowledgement> {
  const attempt = { userId, key: 'buy', body: { sku_id: 'A', quantity: 1 } };
  const reservation = await crowd.purchase(attempt);
  if (typeof reservation === 'string') throw new Error(`no reservation: ${reservation}`);
  return { ...attempt, reservation };
}

async function codeOf(url: string, token: string): Promise<[number, unknown]> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return [response.status, ((await response.json()) as { code?: unknown }).code];
}
