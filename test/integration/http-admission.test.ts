import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { type TokenClaims, TokenSigner } from '../../src/http/tokens.ts';
import { ManualClock } from '../support/clock.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { type Answer, saleItem, TestServer } from '../support/server.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const KEY = { kid: 'test', secret: 'signs the tokens of the buyers of this test' };
const clock = new ManualClock();
const signer = new TokenSigner([KEY]);
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({
    clock: clock.read,
    logLevel: 'trace',
    env: { TOKEN_KEYS: `${KEY.kid}:${KEY.secret}` },
  });
});
afterAll(() => server.stop());

/** Live: everybody is let in at once, for a minute. */
async function roomSale(draft: Partial<SaleDraft> = {}): Promise<string> {
  const { sale_id: saleId } = await server.createSale({
    starts_at: new Date(clock.read() - MINUTE_MS).toISOString(),
    ends_at: new Date(clock.read() + 60 * MINUTE_MS).toISOString(),
    waiting_room: {},
    ...draft,
  });
  return saleId;
}

function expectProblem({ status, json }: Answer, code: string, expectedStatus: number): void {
  expect({ status, code: json?.code }).toEqual({ status: expectedStatus, code });
}

function claimsOf(token: string) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/** The same claims, signed with a key that is not ours. */
function forged(kind: 'queue' | 'admission', token: string): string {
  return new TokenSigner([{ ...KEY, secret: 'guessed' }]).sign(kind, claimsOf(token));
}

describe('an admission', () => {
  test('names its buyer, sale and ticket, and is the same token however often it is asked for', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    const token = await buyer.comeIn();
    clock.advance(1_234);
    const again = await Promise.all([buyer.askToComeIn(), buyer.askToComeIn()]);
    expect(again.map(({ json }) => json.admission_token)).toEqual([token, token]);
    const { sub } = claimsOf(buyer.queueToken);
    expect(claimsOf(token)).toMatchObject({ sub, sale_id: saleId, ticket: 1, admitted_at_ms: expect.any(Number) });
    expect(Date.parse(again[0]?.json.expires_at)).toBe(claimsOf(token).admitted_at_ms + MINUTE_MS);
  });

  test('is what a sale with a waiting room sells to, and nothing else', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    expectProblem(await server.purchase(saleId, buyer.token), 'not_admitted', 403);
    const token = await buyer.comeIn();
    expectProblem(await server.purchase(saleId, buyer.token), 'not_admitted', 403);
    expect((await server.purchase(saleId, token)).status).toBe(200);
  });

  test('trap: admission: one token serves one buyer, up to the limit, and is over with the last order', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    const token = await buyer.comeIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.purchase(saleId, token)));
    const reserved = answers.filter(({ status }) => status === 200);
    expect(reserved).toHaveLength(2);
    for (const refused of answers.filter(({ status }) => status !== 200)) expectProblem(refused, 'limit_exceeded', 422);

    const { sub } = claimsOf(buyer.queueToken);
    const { json } = await server.operate(`/sales/${saleId}/orders`);
    expect(json.orders.map(({ user_id }: { user_id: string }) => user_id)).toEqual([sub, sub]);
    for (const { json: order } of reserved) await server.pay(order.order_id, order.reservation_token, 'pm_ok');
    expectProblem(await server.purchase(saleId, token), 'not_admitted', 403);
    expectProblem(await buyer.askToComeIn(), 'wrong_state', 409);
    expect((await buyer.join()).json).toMatchObject({ ticket: 2, queue_position: 2 });
  });

  test('that was not used in time has expired; the turn has not', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    const token = await buyer.comeIn();
    clock.advance(MINUTE_MS - 1);
    const bought = await server.purchase(saleId, token, { key: 'mine' });
    expect(bought.status).toBe(200);
    clock.advance(1);
    expectProblem(await server.purchase(saleId, token), 'token_expired', 401);
    expect((await server.purchase(saleId, token, { key: 'mine' })).text).toBe(bought.text);
    const next = await buyer.comeIn();
    expect(next).not.toBe(token);
    expect((await server.purchase(saleId, next)).status).toBe(200);
  });

  test('that was given up by cancelling is over, though its minute is not', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    const token = await buyer.comeIn();
    const { json: order } = await server.purchase(saleId, token);
    await server.call(`/api/v1/orders/${order.order_id}/cancel`, { method: 'POST', token: order.reservation_token });
    expectProblem(await server.purchase(saleId, token), 'not_admitted', 403);
  });

  test('ends with the place', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    const token = await buyer.comeIn();
    await buyer.leave();
    expectProblem(await server.purchase(saleId, token), 'not_admitted', 403);
  });

  test('is not given beyond rate and cap, whoever asks at once', async () => {
    const saleId = await roomSale({ waiting_room: { max_active: 5, rate_per_second: 50 } });
    const buyers = await Promise.all(Array.from({ length: 20 }, () => QueueBuyer.queue(server, saleId)));
    await buyers[0]?.becomes('ready');
    const answers = await Promise.all(buyers.map((buyer) => buyer.askToComeIn()));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(5);
    const { room } = (await server.operate(`/sales/${saleId}`)).json;
    expect(room.inside).toBeLessThanOrEqual(5);
  });

  test('one purchase a device, whoever is admitted', async () => {
    const saleId = await roomSale({ anti_bot: { one_per_device: true } });
    const body = { sku_id: 'A', quantity: 1, device_fingerprint: 'fp-1' };
    const [ann, ben] = [await QueueBuyer.arrive(server, saleId), await QueueBuyer.arrive(server, saleId)];
    await ann.join({ device_fingerprint: 'fp-1' });
    await ben.join({ device_fingerprint: 'fp-2' });
    expect((await server.purchase(saleId, await ann.comeIn(), { body })).status).toBe(200);
    const token = await ben.comeIn();
    expectProblem(await server.purchase(saleId, token, { body }), 'device_limit_exceeded', 422);
    expectProblem(await server.purchase(saleId, token), 'validation_failed', 400);
    const own = { ...body, device_fingerprint: 'fp-2' };
    expect((await server.purchase(saleId, token, { body: own })).status).toBe(200);
  });
});

describe('a token', () => {
  let saleId: string;
  let buyer: QueueBuyer;
  let admission: string;

  beforeAll(async () => {
    saleId = await roomSale({ items: [saleItem('A', 1000)] });
    buyer = await QueueBuyer.queue(server, saleId);
    admission = await buyer.comeIn();
  });

  const queueCalls: readonly ['GET' | 'DELETE' | 'POST', string][] = [
    ['GET', 'queue'],
    ['DELETE', 'queue'],
    ['POST', 'admission'],
  ];

  test.each(queueCalls)('of another kind, or forged, is refused by %s %s', async (method, path) => {
    const url = `/api/v1/flash-sale/${saleId}/${path}`;
    const tokens = [buyer.token, admission, forged('queue', buyer.queueToken), 'garbage', `${buyer.queueToken}x`];
    for (const token of tokens) expectProblem(await server.call(url, { method, token }), 'unauthenticated', 401);
    expectProblem(await server.call(url, { method }), 'unauthenticated', 401);
  });

  test.each(queueCalls)('of another sale is refused by %s %s', async (method, path) => {
    const other = await roomSale();
    const refused = await server.call(`/api/v1/flash-sale/${other}/${path}`, { method, token: buyer.queueToken });
    expectProblem(refused, 'forbidden', 403);
    expect(refused.json.detail).toBe('The token is for another sale.');
  });

  test.each(queueCalls)('that has expired is refused by %s %s', async (method, path) => {
    const claims: TokenClaims['queue'] = claimsOf(buyer.queueToken);
    const token = signer.sign('queue', { ...claims, exp: clock.read() / 1000 });
    const refused = await server.call(`/api/v1/flash-sale/${saleId}/${path}`, { method, token });
    expectProblem(refused, 'token_expired', 401);
  });

  test('of a place is good until a day after the sale', async () => {
    const { json } = await server.operate(`/sales/${saleId}`);
    expect(claimsOf(buyer.queueToken).exp).toBe(Math.ceil((Date.parse(json.ends_at) + DAY_MS) / 1000));
  });

  test('of a place buys nothing, and a forged admission neither', async () => {
    for (const token of [buyer.queueToken, forged('admission', admission), `${admission}x`]) {
      expectProblem(await server.purchase(saleId, token), 'unauthenticated', 401);
    }
  });

  test('that admits to one sale buys in no other, with or without a waiting room', async () => {
    const { sale_id: open } = await server.createSale();
    for (const other of [await roomSale(), open]) {
      expectProblem(await server.purchase(other, admission), 'forbidden', 403);
    }
  });

  test('that admits where nobody queues is no identity', async () => {
    const { sale_id: open } = await server.createSale();
    const token = signer.sign('admission', { ...claimsOf(admission), sale_id: open });
    expectProblem(await server.purchase(open, token), 'not_admitted', 403);
  });

  test("that admits opens nothing but purchases: neither the buyer's orders nor their place", async () => {
    expectProblem(await server.call('/api/v1/orders', { token: admission }), 'unauthenticated', 401);
    expectProblem(await server.call('/api/v1/orders', { token: buyer.queueToken }), 'unauthenticated', 401);
    const join = { body: {}, token: admission };
    expectProblem(await server.call(`/api/v1/flash-sale/${saleId}/enter-queue`, join), 'unauthenticated', 401);
  });

  test("with somebody else's ticket number opens nothing, not even signed by us", async () => {
    const other = await QueueBuyer.queue(server, saleId);
    const claims: TokenClaims['queue'] = { ...claimsOf(buyer.queueToken), sub: claimsOf(other.queueToken).sub };
    const mixed = signer.sign('queue', claims);
    const call = { method: 'POST', token: mixed } as const;
    expectProblem(await server.call(`/api/v1/flash-sale/${saleId}/admission`, call), 'not_found', 404);
    expectProblem(await server.call(`/api/v1/flash-sale/${saleId}/queue`, { token: mixed }), 'not_found', 404);
    const admitted = signer.sign('admission', { ...claimsOf(admission), sub: claimsOf(other.queueToken).sub });
    expectProblem(await server.purchase(saleId, admitted), 'not_admitted', 403);
  });
});

describe('what leaks gives no place away', () => {
  test('a token in a URL is not looked at', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    for (const name of ['token', 'queue_token', 'access_token', 'authorization']) {
      const leaked = await server.call(`/api/v1/flash-sale/${saleId}/queue?${name}=${buyer.queueToken}`);
      expectProblem(leaked, 'unauthenticated', 401);
    }
  });

  test('the log names tickets and sales, and holds no token, at any level', async () => {
    const saleId = await roomSale();
    const buyer = await QueueBuyer.queue(server, saleId);
    await buyer.place();
    const admission = await buyer.comeIn();
    await server.purchase(saleId, admission);
    await server.call(`/api/v1/flash-sale/${saleId}/queue?queue_token=${buyer.queueToken}`);
    await buyer.leave();
    const log = JSON.stringify(server.logged);
    expect(log).toContain('admission decided');
    for (const token of [buyer.token, buyer.queueToken, admission]) {
      expect(log).not.toContain(token.split('.')[2]);
      expect(log).not.toContain(token.split('.')[1]);
    }
  });
});
