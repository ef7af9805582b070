import { createSigner } from 'fast-jwt';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { solveChallenge } from '../../src/cli/simulate/solve-challenge.ts';
import type { Environment } from '../../src/config/env.ts';
import { startCaptchaService } from '../support/captcha-service.ts';
import { type Answer, type Call, TestServer } from '../support/server.ts';

const AUTH_SECRET = 'a secret that the shop and the server share';
const HOUR_MS = 3_600_000;

async function startServer(env: Environment = {}, logLevel = 'info'): Promise<TestServer> {
  const server = await TestServer.start({ env, logLevel });
  onTestFinished(() => server.stop());
  return server;
}

async function openRoom(server: TestServer, antiBot: NonNullable<SaleDraft['anti_bot']> = {}): Promise<string> {
  return (await server.createSale({ waiting_room: {}, anti_bot: antiBot })).sale_id;
}

function enter(server: TestServer, saleId: string, token: string, call: Partial<Call> = {}): Promise<Answer> {
  return server.call(`/api/v1/flash-sale/${saleId}/enter-queue`, { body: {}, token, ...call });
}

/** What was answered, in a word: the position, or the code of the problem. */
async function said(answer: Promise<Answer>): Promise<number | string> {
  const { status, json } = await answer;
  return status === 200 ? json.queue_position : json.code;
}

async function workOf(server: TestServer, saleId: string, token: string): Promise<string> {
  return solveChallenge((await server.call(`/api/v1/challenge?sale_id=${saleId}`, { token })).json);
}

test('a place costs its buyer a proof of work, which is worth nothing to another, and who is refused burns no number', async () => {
  const server = await startServer();
  const saleId = await openRoom(server, { proof_of_work: true });
  const [ann, bob, cid] = await Promise.all([server.guest(), server.guest(), server.guest()]);
  const annsWork = await workOf(server, saleId, ann);
  expect(await said(enter(server, saleId, ann))).toBe('challenge_failed');
  expect(await said(enter(server, saleId, bob, { body: { challenge_solution: annsWork } }))).toBe('challenge_failed');
  expect(await said(enter(server, saleId, ann, { body: { challenge_solution: annsWork } }))).toBe(1);
  const captcha_token = await workOf(server, saleId, cid);
  expect(await said(enter(server, saleId, cid, { body: { captcha_token } }))).toBe(2);
  expect(await said(enter(server, saleId, ann))).toBe(1);
});

test('an account has to be old enough, by the word of the shop', async () => {
  const server = await startServer({ AUTH_MODE: 'jwt', AUTH_SECRET });
  const saleId = await openRoom(server, { min_account_age_hours: 24 });
  const sign = createSigner({ key: AUTH_SECRET });
  const join = (sub: string, createdAt: unknown) =>
    said(enter(server, saleId, sign({ sub, account_created_at: createdAt })));
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString();
  expect(await join('young', hoursAgo(23))).toBe('account_too_young');
  expect(await join('untold', undefined)).toBe('account_too_young');
  expect(await join('garbled', 'long ago')).toBe('account_too_young');
  expect(await join('old', hoursAgo(25))).toBe(1);
});

test('a guest of today is too young', async () => {
  const server = await startServer();
  const saleId = await openRoom(server, { min_account_age_hours: 1 });
  const { status, json } = await enter(server, saleId, await server.guest());
  expect({ status, code: json.code }).toEqual({ status: 403, code: 'account_too_young' });
});

test('a fingerprint is asked for where a device buys once, and is neither logged nor told', async () => {
  const server = await startServer({}, 'trace');
  const saleId = await openRoom(server, { one_per_device: true });
  const token = await server.guest();
  const { status, json } = await enter(server, saleId, token);
  expect({ status, errors: json.errors }).toMatchObject({ status: 400, errors: [{ field: 'device_fingerprint' }] });
  const answer = await enter(server, saleId, token, { body: { device_fingerprint: 'fp-of-this-very-device' } });
  expect(answer.json.queue_position).toBe(1);
  expect(JSON.stringify(server.logged) + answer.text).not.toContain('fp-of-this-very-device');
});

test('an account too many of a device is refused, or held: told as others are, and never let in', async () => {
  const server = await startServer({ JOIN_LIMIT_PER_DEVICE: '1' });
  const body = { device_fingerprint: 'fp' };
  const strict = await openRoom(server, { bot_action: 'refuse' });
  const quiet = await openRoom(server, { bot_action: 'hold' });
  const [person, bot, other] = await Promise.all([server.guest(), server.guest(), server.guest()]);
  expect(await said(enter(server, strict, person, { body }))).toBe(1);
  expect(await said(enter(server, strict, bot, { body }))).toBe('bot_suspected');

  const first = await enter(server, quiet, person, { body });
  const held = await enter(server, quiet, bot, { body });
  const last = await enter(server, quiet, other);
  expect([first, held, last].map(({ json }) => json.queue_position)).toEqual([1, 2, 3]);
  expect(Object.keys(held.json)).toEqual(Object.keys(last.json));
  const admission = ({ json }: Answer) =>
    server.call(`/api/v1/flash-sale/${quiet}/admission`, { method: 'POST', token: json.queue_token });
  await vi.waitFor(async () => expect((await admission(last)).status).toBe(200), { timeout: 20_000 });
  expect((await admission(held)).json.code).toBe('not_your_turn');
});

test('an address joins so often a minute, and is told to wait; behind a proxy each client counts for itself', async () => {
  const server = await startServer({ JOIN_LIMIT_PER_IP: '1', TRUSTED_PROXIES: '127.0.0.1' });
  const saleId = await openRoom(server);
  const from = async (address: string) =>
    enter(server, saleId, await server.guest(), { headers: { 'x-forwarded-for': address } });
  expect((await from('203.0.113.7')).status).toBe(200);
  const { status, json, headers } = await from('203.0.113.7');
  expect({ status, code: json.code }).toEqual({ status: 429, code: 'rate_limited' });
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(30);
  expect((await from('203.0.113.8')).status).toBe(200);
});

test('a CAPTCHA opens the door; while it cannot be checked the door stays shut, and nobody is blamed', async () => {
  let isUp = true;
  const service = await startCaptchaService((token) =>
    isUp ? { body: { success: token === 'person' } } : { status: 500, body: '' },
  );
  const server = await startServer({ CAPTCHA_VERIFY_URL: service.url, CAPTCHA_SECRET: 'secret' });
  const saleId = await openRoom(server, { captcha: true });
  const join = async (captcha_token: string) =>
    enter(server, saleId, await server.guest(), { body: { captcha_token } });
  expect(await said(join('machine'))).toBe('challenge_failed');
  expect(await said(join('person'))).toBe(1);
  isUp = false;
  const { status, json, headers } = await join('person');
  expect({ status, code: json.code }).toEqual({ status: 503, code: 'overloaded' });
  expect(headers.get('retry-after')).not.toBeNull();
  isUp = true;
  expect(await said(join('person'))).toBe(2);
});
