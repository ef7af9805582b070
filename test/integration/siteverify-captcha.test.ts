import { expect, onTestFinished, test } from 'vitest';
import { CaptchaUnavailable } from '../../src/anti-bot/captcha.ts';
import { SiteverifyCaptcha, type SiteverifyCaptchaOptions } from '../../src/anti-bot/siteverify-captcha.ts';
import { type SiteverifyAnswer, startCaptchaService } from '../support/captcha-service.ts';
import { startHttpListener } from '../support/http-listener.ts';

const BREAKER = { failureThreshold: 3, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 };
const UNAVAILABLE = { code: 'captcha_unavailable', retryable: true };

function connect(url: string, options: Partial<SiteverifyCaptchaOptions> = {}): SiteverifyCaptcha {
  const captcha = new SiteverifyCaptcha({
    url,
    secret: 'the secret of the site',
    breaker: BREAKER,
    onBreakerChange: () => {},
    ...options,
  });
  onTestFinished(() => captcha.close());
  return captcha;
}

async function askOf(answer: SiteverifyAnswer, options: Partial<SiteverifyCaptchaOptions> = {}) {
  const service = await startCaptchaService(() => answer);
  return { service, captcha: connect(`${service.url}/siteverify`, options) };
}

const TURNSTILE = { success: true, challenge_ts: '2030-01-01T12:00:00Z', hostname: 'shop.test', 'error-codes': [] };
const RECAPTCHA = { success: true, score: 0.9, action: 'join', hostname: 'shop.test' };
const HCAPTCHA = { success: true, score: 0.9, score_reason: ['automation'], hostname: 'shop.test' };

test.each([
  ['Turnstile, which has no score', TURNSTILE, { ok: true, score: null }],
  ['reCAPTCHA, whose score is of a person', RECAPTCHA, { ok: true, score: 0.9 }],
  ['hCaptcha, whose score is of a risk', HCAPTCHA, { ok: true, score: expect.closeTo(0.1, 6) }],
])('a good token of %s', async (_, body, verdict) => {
  const { captcha } = await askOf({ body });
  expect(await captcha.verify('token', '203.0.113.7')).toEqual(verdict);
});

test('asks with secret, token and address, as a form, at the path of the URL', async () => {
  const service = await startCaptchaService(() => ({ body: TURNSTILE }));
  await connect(`${service.url}/turnstile/v0/siteverify?tag=a`).verify('t&=ö', '2001:db8::1');
  const [request] = service.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/turnstile/v0/siteverify?tag=a' });
  expect(request?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    secret: 'the secret of the site',
    response: 't&=ö',
    remoteip: '2001:db8::1',
  });
});

test.each([
  ['invalid-input-response'],
  ['timeout-or-duplicate'],
  ['missing-input-response'],
  ['expired-input-response'],
  ['bad-request'],
  ['browser-error'],
  ['sitekey-secret-mismatch'],
])('a token that is %s is no good, and no failure of the provider', async (code) => {
  const { captcha } = await askOf({ body: { success: false, 'error-codes': [code] } });
  for (let calls = 0; calls <= BREAKER.failureThreshold; calls++) {
    expect(await captcha.verify('token', '203.0.113.7')).toEqual({ ok: false, score: null });
  }
  expect(captcha.breakerState()).toBe('closed');
});

test('a refusal without a reason is about the token', async () => {
  const { captcha } = await askOf({ body: { success: false } });
  expect(await captcha.verify('token', '203.0.113.7')).toEqual({ ok: false, score: null });
});

const NO_VERDICT: readonly [string, SiteverifyAnswer][] = [
  ['does not know our secret', { body: { success: false, 'error-codes': ['invalid-input-secret'] } }],
  [
    'blames token and secret',
    { body: { success: false, 'error-codes': ['invalid-input-response', 'invalid-input-secret'] } },
  ],
  ['has a fault of its own', { body: { success: false, 'error-codes': ['internal-error'] } }],
  ['answers 500', { status: 500, body: TURNSTILE }],
  ['answers with a page', { body: '<h1>Welcome</h1>' }],
  ['answers without a verdict', { body: { score: 0.9 } }],
  ['answers with another kind of success', { body: { success: 'true' } }],
  ['answers with a score out of range', { body: { success: true, score: 9 } }],
  ['answers too much', { body: { ...TURNSTILE, more: 'x'.repeat(70_000) } }],
];

test.each(NO_VERDICT)('a provider that %s gives no verdict', async (_, answer) => {
  const { captcha } = await askOf(answer);
  await expect(captcha.verify('token', '203.0.113.7')).rejects.toMatchObject(UNAVAILABLE);
});

test('a provider that hangs gives no verdict, and is asked once about a token', async () => {
  const { captcha, service } = await askOf(null, { timeoutMs: 50 });
  await expect(captcha.verify('token', '203.0.113.7')).rejects.toMatchObject({
    ...UNAVAILABLE,
    cause: expect.any(Error),
  });
  expect(service.requests).toHaveLength(1);
});

test('nobody listens where the provider should be', async () => {
  const gone = await startHttpListener();
  await gone.close();
  await expect(connect(gone.url).verify('token', '203.0.113.7')).rejects.toBeInstanceOf(CaptchaUnavailable);
});

test('a provider that fails again and again is left alone', async () => {
  const states: string[] = [];
  const { captcha, service } = await askOf(
    { status: 503, body: '' },
    { onBreakerChange: (state) => states.push(state) },
  );
  for (let calls = 0; calls < BREAKER.failureThreshold + 2; calls++) {
    await expect(captcha.verify('token', '203.0.113.7')).rejects.toMatchObject(UNAVAILABLE);
  }
  expect(service.requests).toHaveLength(BREAKER.failureThreshold);
  expect({ states, state: captcha.breakerState() }).toEqual({ states: ['open'], state: 'open' });
});
