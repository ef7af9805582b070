import { expect, onTestFinished, test } from 'vitest';
import type { CaptchaVerifier } from '../../src/anti-bot/captcha.ts';
import { difficultyAt } from '../../src/anti-bot/difficulty.ts';
import { Entrance, type EntranceOptions, type Entrant } from '../../src/anti-bot/entrance.ts';
import { MemoryTallies } from '../../src/anti-bot/memory/memory-tallies.ts';
import { ProofOfWork } from '../../src/anti-bot/proof-of-work.ts';
import { SiteverifyCaptcha } from '../../src/anti-bot/siteverify-captcha.ts';
import { solveChallenge } from '../../src/cli/simulate/solve-challenge.ts';
import type { AntiBotRules } from '../../src/domain/sale.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { startCaptchaService } from '../support/captcha-service.ts';
import { antiBotRules, saleDefinition, waitingRoomRules } from '../support/sale-fixtures.ts';

/** Where the tests begin. Behind the clock of the machine a challenge would have expired for the library. */
const T0 = Date.UTC(2100, 0, 1);
const HOUR_MS = 3_600_000;
const WELCOME = { code: 'welcome' };
const HELD = { code: 'hold' };
const FAILED = { code: 'challenge_failed', detail: expect.any(String) };
const SUSPECTED = { code: 'bot_suspected', detail: expect.any(String) };

interface EntranceSetUp extends Partial<EntranceOptions> {
  readonly captcha?: CaptchaVerifier;
}

function openEntrance({ captcha, ...options }: EntranceSetUp = {}) {
  const metrics = createMetrics();
  const events = new EngineEvents(metrics, createLogger('silent'));
  const tallies = new MemoryTallies(options.elapsedMs);
  const proofOfWork = new ProofOfWork([{ kid: 'a', secret: 'the secret of this server, kept in a file' }], tallies);
  const limits = { joinsPerAddress: 0, accountsPerDevice: 0, ...options };
  return { entrance: new Entrance({ proofOfWork, captcha: captcha ?? null, tallies, events }, limits), metrics };
}

function saleWith(rules: Partial<AntiBotRules> | null, saleId = 'sale-1') {
  return saleDefinition({ saleId, waitingRoom: waitingRoomRules(), antiBot: rules && antiBotRules(rules) });
}

function entrant(of: Partial<Entrant> = {}): Entrant {
  return {
    userId: 'ann',
    address: '203.0.113.7',
    accountCreatedAtMs: null,
    deviceId: null,
    captchaToken: null,
    challengeSolution: null,
    correlationId: 'c',
    nowMs: T0,
    ...of,
  };
}

async function solution(entrance: Entrance, userId = 'ann', saleId = 'sale-1'): Promise<string> {
  return solveChallenge(await entrance.challenge({ userId, saleId }, T0));
}

/** A provider that knows two tokens: `person` and `machine`. */
async function connectCaptcha(): Promise<CaptchaVerifier> {
  const service = await startCaptchaService((token) => {
    if (token === 'person') return { body: { success: true, score: 0.5 } };
    if (token === 'machine') return { body: { success: true, score: 0.49 } };
    return { body: { success: false, 'error-codes': ['invalid-input-response'] } };
  });
  return openCaptcha(service.url);
}

function openCaptcha(url: string): CaptchaVerifier {
  const breaker = { failureThreshold: 5, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 };
  const captcha = new SiteverifyCaptcha({ url, secret: 's', breaker, onBreakerChange: () => {} });
  onTestFinished(() => captcha.close());
  return captcha;
}

test('a sale without rules lets everybody in', async () => {
  const { entrance } = openEntrance();
  expect(await entrance.check(saleWith(null), entrant())).toEqual(WELCOME);
  expect(await entrance.check(saleWith({}), entrant())).toEqual(WELCOME);
});

test('an address joins so often in a minute, whoever comes from it, and is told when it may again', async () => {
  let elapsedMs = 0;
  const { entrance } = openEntrance({ joinsPerAddress: 2, elapsedMs: () => elapsedMs });
  const join = (address: string, userId: string) => entrance.check(saleWith(null), entrant({ address, userId }));
  expect(await join('203.0.113.7', 'ann')).toEqual(WELCOME);
  expect(await join('::ffff:203.0.113.7', 'bob')).toEqual(WELCOME);
  expect(await join('203.0.113.7', 'cid')).toEqual({ code: 'rate_limited', retryAfterMs: 30_000 });
  expect(await join('203.0.113.8', 'cid')).toEqual(WELCOME);
  elapsedMs = 30_000;
  expect(await join('203.0.113.7', 'cid')).toEqual(WELCOME);
});

test('without a limit an address joins as often as it likes', async () => {
  const { entrance } = openEntrance();
  for (let join = 0; join < 500; join++) expect(await entrance.check(saleWith(null), entrant())).toEqual(WELCOME);
});

test.each([
  ['old enough to the millisecond', T0 - 24 * HOUR_MS, 'welcome'],
  ['a millisecond too young', T0 - 24 * HOUR_MS + 1, 'account_too_young'],
  ['made in the future', T0 + HOUR_MS, 'account_too_young'],
  ['of an age that nobody tells', null, 'account_too_young'],
])('an account %s', async (_, accountCreatedAtMs, code) => {
  const { entrance } = openEntrance();
  const verdict = await entrance.check(saleWith({ minAccountAgeHours: 24 }), entrant({ accountCreatedAtMs }));
  expect(verdict.code).toBe(code);
});

test('a device that says nothing of itself is not let into a sale that sells once a device', async () => {
  const { entrance } = openEntrance();
  const sale = saleWith({ onePerDevice: true });
  expect(await entrance.check(sale, entrant())).toEqual({ code: 'device_unknown' });
  expect(await entrance.check(sale, entrant({ deviceId: 'd' }))).toEqual(WELCOME);
});

test.each([
  ['refuse', SUSPECTED],
  ['hold', HELD],
] as const)('the account after the last that a device may bring is suspected: %s', async (botAction, verdict) => {
  const { entrance } = openEntrance({ accountsPerDevice: 2 });
  const sale = saleWith({ botAction });
  const join = (userId: string, deviceId = 'd') => entrance.check(sale, entrant({ userId, deviceId }));
  expect([await join('ann'), await join('bob'), await join('ann')]).toEqual([WELCOME, WELCOME, WELCOME]);
  expect([await join('cid'), await join('ann')]).toEqual([verdict, WELCOME]);
  expect(await join('cid', 'another device')).toEqual(WELCOME);
});

test('without a limit a device brings as many accounts as it likes', async () => {
  const { entrance } = openEntrance();
  for (let account = 0; account < 50; account++) {
    expect(await entrance.check(saleWith({}), entrant({ userId: `u-${account}`, deviceId: 'd' }))).toEqual(WELCOME);
  }
});

test('a proof of work is asked for, and is good for who did it', async () => {
  const { entrance } = openEntrance();
  const sale = saleWith({ proofOfWork: true });
  expect(await entrance.check(sale, entrant())).toEqual(FAILED);
  expect(await entrance.check(sale, entrant({ challengeSolution: 'made up' }))).toEqual(FAILED);
  const challengeSolution = await solution(entrance);
  expect(await entrance.check(sale, entrant({ challengeSolution, userId: 'bob' }))).toEqual(FAILED);
  expect(await entrance.check(saleWith({ proofOfWork: true }, 'sale-2'), entrant({ challengeSolution }))).toEqual(
    FAILED,
  );
  expect(await entrance.check(sale, entrant({ challengeSolution }))).toEqual(WELCOME);
  expect(await entrance.check(sale, entrant({ challengeSolution }))).toEqual(WELCOME);
  expect(await entrance.check(sale, entrant({ challengeSolution, nowMs: T0 + 61_000 }))).toEqual(FAILED);
});

test('where no CAPTCHA is asked for, its token may be the proof of work', async () => {
  const { entrance } = openEntrance();
  const captchaToken = await solution(entrance);
  expect(await entrance.check(saleWith({ proofOfWork: true }), entrant({ captchaToken }))).toEqual(WELCOME);
});

test('a CAPTCHA is asked for: solved, not solved, missing', async () => {
  const { entrance } = openEntrance({ captcha: await connectCaptcha() });
  const join = (captchaToken: string | null) => entrance.check(saleWith({ captcha: true }), entrant({ captchaToken }));
  expect([await join('person'), await join('nonsense'), await join(null)]).toEqual([WELCOME, FAILED, FAILED]);
});

test.each([
  ['refuse', SUSPECTED],
  ['hold', HELD],
] as const)('whom the CAPTCHA takes for a machine is suspected: %s', async (botAction, verdict) => {
  const { entrance } = openEntrance({ captcha: await connectCaptcha() });
  const sale = saleWith({ captcha: true, botAction });
  expect(await entrance.check(sale, entrant({ captchaToken: 'machine' }))).toEqual(verdict);
});

test('a sale may ask for both, each in its place', async () => {
  const { entrance } = openEntrance({ captcha: await connectCaptcha() });
  const sale = saleWith({ captcha: true, proofOfWork: true });
  const challengeSolution = await solution(entrance);
  expect(await entrance.check(sale, entrant({ captchaToken: 'person' }))).toEqual(FAILED);
  expect(await entrance.check(sale, entrant({ captchaToken: challengeSolution }))).toEqual(FAILED);
  expect(await entrance.check(sale, entrant({ challengeSolution }))).toEqual(FAILED);
  expect(await entrance.check(sale, entrant({ captchaToken: 'person', challengeSolution }))).toEqual(WELCOME);
});

test('a suspect who is to be held is asked for all that others are, and so learns nothing', async () => {
  const { entrance } = openEntrance({ accountsPerDevice: 1, captcha: await connectCaptcha() });
  const sale = saleWith({ captcha: true, proofOfWork: true, botAction: 'hold' });
  const join = async (userId: string, captchaToken: string) => {
    const challengeSolution = await solution(entrance, userId);
    return entrance.check(sale, entrant({ userId, deviceId: 'd', captchaToken, challengeSolution }));
  };
  expect(await join('ann', 'person')).toEqual(WELCOME);
  expect(await entrance.check(sale, entrant({ userId: 'bot', deviceId: 'd', captchaToken: 'person' }))).toEqual(FAILED);
  expect(await join('bot', 'nonsense')).toEqual(FAILED);
  expect(await join('bot', 'person')).toEqual(HELD);
});

test('who has not done the work uses up nobody’s device', async () => {
  const { entrance } = openEntrance({ accountsPerDevice: 1 });
  const sale = saleWith({ proofOfWork: true });
  expect(await entrance.check(sale, entrant({ userId: 'bot', deviceId: 'd' }))).toEqual(FAILED);
  const challengeSolution = await solution(entrance);
  expect(await entrance.check(sale, entrant({ deviceId: 'd', challengeSolution }))).toEqual(WELCOME);
});

test('while the CAPTCHA provider gives no verdict nobody passes, and nobody is blamed', async () => {
  const service = await startCaptchaService(() => ({ status: 500, body: '' }));
  const { entrance } = openEntrance({ captcha: openCaptcha(service.url) });
  await expect(entrance.check(saleWith({ captcha: true }), entrant({ captchaToken: 'person' }))).rejects.toMatchObject({
    code: 'captcha_unavailable',
    retryable: true,
  });
});

test('a server that has lost its CAPTCHA provider lets nobody pass unasked', async () => {
  const { entrance } = openEntrance();
  await expect(entrance.check(saleWith({ captcha: true }), entrant({ captchaToken: 'person' }))).rejects.toMatchObject({
    code: 'captcha_unavailable',
  });
});

/** Does a challenge take more tries than any does while all is quiet? One in eight of the hardest does not. */
async function isWorkHarder(entrance: Entrance): Promise<boolean> {
  for (let challenge = 0; challenge < 8; challenge++) {
    const answer = Buffer.from(await solution(entrance), 'base64').toString();
    if (JSON.parse(answer).solution.counter >= difficultyAt(0)) return true;
  }
  return false;
}

test('the work grows while many are let in, and falls when they stop; who is refused makes it no harder', {
  timeout: 60_000,
}, async () => {
  let elapsedMs = 0;
  const { entrance } = openEntrance({ elapsedMs: () => elapsedMs });
  const rush = async (minAccountAgeHours: number) => {
    for (let join = 0; join < 15_000; join++) {
      elapsedMs += 1;
      await entrance.check(saleWith({ minAccountAgeHours }), entrant());
    }
  };
  await rush(24);
  expect(await isWorkHarder(entrance)).toBe(false);
  await rush(0);
  expect(await isWorkHarder(entrance)).toBe(true);
  elapsedMs += 60_000;
  expect(await isWorkHarder(entrance)).toBe(false);
});

test('every verdict is counted', async () => {
  const { entrance, metrics } = openEntrance({ accountsPerDevice: 1 });
  const sale = saleWith({ botAction: 'hold', minAccountAgeHours: 1 });
  const old = { deviceId: 'd', accountCreatedAtMs: 0 };
  await entrance.check(sale, entrant(old));
  await entrance.check(sale, entrant({ ...old, userId: 'bob' }));
  await entrance.check(sale, entrant());
  const { values } = await metrics.entranceChecks.get();
  expect(values.map(({ labels, value }) => [labels.verdict, value])).toEqual([
    ['welcome', 1],
    ['hold', 1],
    ['account_too_young', 1],
  ]);
});
