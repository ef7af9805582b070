import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { writeDeadLetter } from '../../src/database/dead-letters.ts';
import type { DeadLetterKind } from '../../src/domain/dead-letter.ts';
import { cliJson, runCli } from '../support/cli-process.ts';
import { OPERATOR_TOKEN, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const PATIENCE = { timeout: 20_000 };
const UNKNOWN = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

let server: TestServer;
let sale: AdminSale;
beforeAll(async () => {
  server = await TestServer.start();
  sale = await server.createSale();
});
afterAll(() => server.stop());

const ledger = () => server.app.ports.ledger.db;

/** The ledger takes no order of this request. */
async function refuseOrdersOf(correlationId: string): Promise<void> {
  await sql`alter table orders add constraint refused check (correlation_id <> ${sql.lit(correlationId)})`.execute(
    ledger(),
  );
}

const takeOrdersAgain = () => sql`alter table orders drop constraint refused`.execute(ledger());

/** A reservation that the order log cannot bring into the ledger, and its letter. */
async function poisonedReservation(): Promise<{ orderId: string; correlationId: string; letter: DeadLetter }> {
  const correlationId = randomUUID();
  await refuseOrdersOf(correlationId);
  const headers = { 'x-correlation-id': correlationId };
  const { json } = await server.purchase(sale.sale_id, await server.guest(), { headers });
  const letter = await vi.waitFor(async () => {
    const found = (await openLetters('event')).find((it) => it.order_id === json.order_id);
    expect(found).toBeDefined();
    return found as DeadLetter;
  }, PATIENCE);
  return { orderId: json.order_id, correlationId, letter };
}

async function openLetters(kind: DeadLetterKind): Promise<DeadLetter[]> {
  return (await server.operate(`/dead-letters?state=open&kind=${kind}`)).json.dead_letters;
}

function post(letter: Pick<DeadLetter, 'dead_letter_id'>, action: 'replay' | 'discard') {
  return server.operate(`/dead-letters/${letter.dead_letter_id}/${action}`, { method: 'POST' });
}

/** A letter that came from nowhere. */
async function tell(kind: DeadLetterKind): Promise<string> {
  const about = { kind, subject: randomUUID(), saleId: null, orderId: null, reason: 'internal' as const };
  const letter = await writeDeadLetter(ledger(), {
    ...about,
    payload: { body: 'nonsense' },
    attempts: 1,
    correlationId: 'c',
    nowMs: Date.now(),
  });
  if (!letter) throw new Error('no letter was opened');
  return letter.deadLetterId;
}

async function caughtUp(): Promise<void> {
  await vi.waitFor(async () => {
    const { json } = await server.operate(`/sales/${sale.sale_id}`);
    expect(json.outbox_events).toBe(0);
  }, PATIENCE);
}

async function statusInLedger(orderId: string): Promise<string | undefined> {
  const { json } = await server.operate(`/sales/${sale.sale_id}/orders?query=${orderId}`);
  return json.orders[0]?.status;
}

describe('a poison event in the middle of a sale', () => {
  test('trap: consumer: holds up nobody; its letter names the request, and its replay heals the ledger once the cause is gone', async () => {
    const { orderId, correlationId, letter } = await poisonedReservation();
    expect(letter).toMatchObject({
      kind: 'event',
      reason: 'constraint_violated',
      state: 'open',
      sale_id: sale.sale_id,
      correlation_id: correlationId,
      payload: { type: 'order_reserved' },
    });
    const buyer = await server.guest();
    const later = await server.reserve(sale.sale_id, buyer);
    expect((await server.pay(later.order_id, buyer, 'pm_ok')).status).toBe(200);
    await caughtUp();
    expect(await statusInLedger(later.order_id)).toBe('paid');
    expect(await statusInLedger(orderId)).toBeUndefined();

    const tooEarly = await post(letter, 'replay');
    expect(tooEarly).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    expect(tooEarly.json.detail).toContain('constraint_violated');
    const read = await server.operate(`/dead-letters/${letter.dead_letter_id}`);
    expect(read.json).toMatchObject({ state: 'open', attempts: 2 });

    await takeOrdersAgain();
    expect(await post(letter, 'replay')).toMatchObject({
      status: 200,
      json: { state: 'replayed', resolved_by: 'operator' },
    });
    expect(await statusInLedger(orderId)).toBe('reserved');
    expect((await server.operate('/audit', { body: {} })).json).toMatchObject({ ok: true });
  });

  test('a replay takes no order back that has moved on, and fills its timeline', async () => {
    const { orderId, letter } = await poisonedReservation();
    await takeOrdersAgain();
    const cancelled = await cancelInStore(orderId);
    await caughtUp();
    expect(await statusInLedger(orderId)).toBe(cancelled);

    expect((await post(letter, 'replay')).status).toBe(200);

    expect(await statusInLedger(orderId)).toBe(cancelled);
    const { rows } = await sql<{ type: string }>`
      select type from order_events where order_id = ${orderId} order by seq`.execute(ledger());
    expect(rows.map(({ type }) => type)).toEqual(['order_reserved', 'order_cancelled']);
  });
});

async function cancelInStore(orderId: string): Promise<string> {
  const { store } = server.app.ports;
  const outcome = await store.release({ saleId: sale.sale_id, orderId }, 'cancelled_by_buyer', null);
  if (outcome.code !== 'done') throw new Error(`not cancelled: ${outcome.code}`);
  return outcome.order.state;
}

describe('an operator', () => {
  test('sees what cannot be replayed, and gives it up', async () => {
    const letter = { dead_letter_id: await tell('undecodable') };
    expect(await post(letter, 'replay')).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
    expect(await post(letter, 'discard')).toMatchObject({ status: 200, json: { state: 'discarded' } });
    expect(await post(letter, 'discard')).toMatchObject({ status: 200, json: { state: 'discarded' } });
    const { json } = await server.operate('/audit-log');
    const entries = json.entries.filter(({ subject }: { subject: string }) => subject === letter.dead_letter_id);
    expect(entries).toMatchObject([{ action: 'dead_letter_discarded', actor: 'operator' }]);
  });

  test('is needed: a viewer only looks, and a letter that there is not is not found', async () => {
    const id = await tell('undecodable');
    const view = (path: string, method: 'GET' | 'POST') =>
      server.call(`/api/v1/admin/dead-letters${path}`, { method, token: VIEWER_TOKEN });
    expect((await view('', 'GET')).status).toBe(200);
    expect((await view(`/${id}`, 'GET')).json).toMatchObject({ dead_letter_id: id, payload: { body: 'nonsense' } });
    expect((await view(`/${id}/discard`, 'POST')).status).toBe(403);
    expect((await view(`/${UNKNOWN}`, 'GET')).status).toBe(404);
    expect((await post({ dead_letter_id: UNKNOWN }, 'replay')).status).toBe(404);
    expect((await server.operate('/dead-letters?kind=parcel')).status).toBe(400);
  });
});

describe('tidegate dead-letters', () => {
  const env = () => ({ TIDEGATE_URL: server.url, ADMIN_TOKEN: OPERATOR_TOKEN });

  test('lists, shows, replays one, and says what stays when not all can be replayed', async () => {
    const { letter } = await poisonedReservation();
    await takeOrdersAgain();
    const stuck = await tell('undecodable');
    const run = (...args: string[]) => runCli(['dead-letters', ...args], env());
    const [listed, shown] = await Promise.all([run('list'), run('show', letter.dead_letter_id)]);
    expect(listed.stdout).toMatch(/^DEAD LETTER +KIND +STATE +FAILED +TRIES +REASON\n/);
    expect(listed.stdout).toMatch(new RegExp(`${letter.dead_letter_id}  event +open .* 1  constraint_violated`));
    expect(shown.stdout).toContain(`Correlation id  ${letter.correlation_id}\n`);

    const all = await run('replay', '--all');
    expect(all).toMatchObject({ code: 1, stderr: expect.stringContaining(`${stuck}: There is nothing in it`) });
    expect(all.stdout).toMatch(/^Replayed 1 of \d\.\n$/);
    const discarded = await cliJson<DeadLetter[]>(
      ['dead-letters', 'discard', '--all', '--kind', 'undecodable', '--yes'],
      env(),
    );
    expect(discarded.map(({ dead_letter_id: id }) => id)).toContain(stuck);
    expect((await run('list')).stdout).toBe('No dead letters.\n');
  });
});

test('what was done and what failed is counted, and what is open shows with its age', async () => {
  await tell('undecodable');
  const count = (text: string, series: string) => Number(text.split(`\n${series} `)[1]?.split('\n')[0]);
  await vi.waitFor(async () => {
    const { text } = await server.call('/metrics');
    expect(count(text, 'tidegate_dead_letters{reason="internal"}')).toBe(1);
    expect(count(text, 'tidegate_dead_letter_oldest_age_seconds')).toBeGreaterThan(0);
  }, PATIENCE);
  const { text } = await server.call('/metrics');
  expect(count(text, 'tidegate_dead_letters_total{reason="constraint_violated"}')).toBe(3);
  expect(count(text, 'tidegate_payments_total{outcome="confirmed"}')).toBe(1);
  expect(count(text, 'tidegate_orders_applied_total')).toBeGreaterThan(0);
  expect(count(text, 'tidegate_order_processing_seconds_count')).toBeGreaterThan(0);
});
