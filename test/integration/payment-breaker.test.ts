import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpPaymentProvider, type HttpPaymentProviderOptions } from '../../src/payment/http/http-payment-provider.ts';
import { PaymentProviderUnavailable } from '../../src/payment/payment-provider.ts';
import { sign } from '../../src/signing/signature.ts';
import { authoriseRequest } from '../conformance/payment-protocol.ts';
import { type HttpListener, type ReceivedRequest, startHttpListener } from '../support/http-listener.ts';

const SECRET = 'a secret of both sides';
const ONCE = { attempts: 1, baseMs: 1 };
const UNAVAILABLE = { code: 'payment_provider_unavailable', retryable: true };

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

type AnswerTo = (request: ReceivedRequest) => Answer | null | Promise<Answer>;

/** A payment service that answers what the test tells it to, and nothing at all to `null`. */
function listenAndAnswer(answerTo: AnswerTo): Promise<HttpListener> {
  return startHttpListener(async (request, response) => {
    const answer = await answerTo(request);
    if (answer !== null) response.writeHead(answer.status, answer.headers).end(answer.text);
  });
}

async function startService(answerTo: AnswerTo): Promise<HttpListener> {
  const service = await listenAndAnswer(answerTo);
  onTestFinished(() => service.close());
  return service;
}

function connect(service: HttpListener, options: Partial<HttpPaymentProviderOptions> = {}): HttpPaymentProvider {
  const provider = new HttpPaymentProvider({ url: service.url, secret: SECRET, ...options });
  onTestFinished(() => provider.close());
  return provider;
}

function signed(request: ReceivedRequest, status: number, body: unknown, secret = SECRET): Answer {
  const text = JSON.stringify(body);
  return { status, text, headers: sign(secret, String(request.headers['webhook-id']), text, Date.now()) };
}

/** The answer about the attempt that the path names. */
function payment(request: ReceivedRequest, over: object = {}) {
  const attemptId = /\/payments\/([^/]+)/.exec(request.path)?.[1];
  return { attempt_id: attemptId, status: 'authorised', reference: 'r_1', decline_reason: null, ...over };
}

const healthy = (request: ReceivedRequest) => signed(request, 200, payment(request));
const broken = () => ({ status: 503, text: '', headers: {} });

describe('the circuit breaker, with the default thresholds', () => {
  const START_MS = Date.UTC(2030, 0, 1);
  let answerTo: AnswerTo;
  let service: HttpListener;
  let provider: HttpPaymentProvider;
  let states: string[];

  beforeEach(async () => {
    // The clock alone is the test's; timers and sockets are real.
    vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
    answerTo = broken;
    states = [];
    service = await listenAndAnswer((request) => answerTo(request));
    provider = new HttpPaymentProvider({
      url: service.url,
      secret: SECRET,
      retry: ONCE,
      onBreakerChange: (state) => states.push(state),
    });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await provider.close();
    await service.close();
  });

  const failOnce = () => expect(provider.lookUp('a')).rejects.toMatchObject(UNAVAILABLE);

  async function openBreaker(): Promise<void> {
    for (let failures = 0; failures < 5; failures++) await failOnce();
  }

  it('opens after five failures in a row, and then calls nobody', async () => {
    for (let failures = 0; failures < 4; failures++) await failOnce();
    expect(provider.breakerState()).toBe('closed');
    await failOnce();
    expect(provider.breakerState()).toBe('open');
    expect(states).toEqual(['open']);
    answerTo = healthy;
    await failOnce();
    expect(service.requests).toHaveLength(5);
  });

  it('counts failures in a row: one success starts the count anew', async () => {
    for (let failures = 0; failures < 4; failures++) await failOnce();
    answerTo = healthy;
    await provider.lookUp('a');
    answerTo = broken;
    for (let failures = 0; failures < 4; failures++) await failOnce();
    expect(provider.breakerState()).toBe('closed');
  });

  it('lets calls through again after 30 s, and closes after two successes', async () => {
    await openBreaker();
    answerTo = healthy;
    vi.setSystemTime(START_MS + 29_999);
    await failOnce();
    vi.setSystemTime(START_MS + 30_000);
    await provider.lookUp('a');
    expect(provider.breakerState()).toBe('half_open');
    await provider.lookUp('a');
    expect(provider.breakerState()).toBe('closed');
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  it('opens again when a trial fails, for twice as long, up to 300 s', async () => {
    await openBreaker();
    let nowMs = START_MS;
    for (const openMs of [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]) {
      const before = service.requests.length;
      vi.setSystemTime(nowMs + openMs - 1);
      await failOnce();
      expect(service.requests).toHaveLength(before);
      nowMs += openMs;
      vi.setSystemTime(nowMs);
      await failOnce();
      expect(service.requests).toHaveLength(before + 1);
    }
    expect(states).toEqual(['open', ...Array.from({ length: 6 }, () => ['half_open', 'open']).flat()]);
  });

  it('takes a decline and a refusal for the answers of a working service', async () => {
    for (let failures = 0; failures < 4; failures++) await failOnce();
    answerTo = (request) => signed(request, 409, { code: 'attempt_id_reused', detail: 'known' });
    await expect(provider.authorise(authoriseRequest())).rejects.toMatchObject({ reason: 'attempt_id_reused' });
    answerTo = broken;
    for (let failures = 0; failures < 4; failures++) await failOnce();
    expect(provider.breakerState()).toBe('closed');
    answerTo = (request) => signed(request, 200, payment(request, { status: 'declined' }));
    for (let declines = 0; declines < 6; declines++) await provider.authorise(authoriseRequest());
    expect(provider.breakerState()).toBe('closed');
  });
});

describe('a call that fails', () => {
  it('ends at its time-out, which counts as a failure of the service', async () => {
    const service = await startService(() => null);
    const breaker = { failureThreshold: 2, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 };
    const provider = connect(service, { timeoutMs: 30, retry: ONCE, breaker });
    for (let calls = 0; calls < 2; calls++) {
      await expect(provider.capture('a')).rejects.toMatchObject({ ...UNAVAILABLE, cause: expect.any(Error) });
    }
    expect(provider.breakerState()).toBe('open');
  });

  it('is sent again, the same and freshly signed, as often as configured', async () => {
    let retries = 0;
    const service = await startService((request) => (service.requests.length < 3 ? broken() : healthy(request)));
    const provider = connect(service, { retry: { attempts: 3, baseMs: 1 }, onRetry: () => retries++ });
    const request = authoriseRequest();
    expect(await provider.authorise(request)).toMatchObject({ status: 'authorised' });
    expect(retries).toBe(2);
    expect(new Set(service.requests.map(({ path, body }) => `${path} ${body}`)).size).toBe(1);
    expect(new Set(service.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(3);
  });

  it('is given up after the last attempt', async () => {
    const service = await startService(broken);
    const provider = connect(service, { retry: { attempts: 3, baseMs: 1 } });
    await expect(provider.void('a')).rejects.toMatchObject(UNAVAILABLE);
    expect(service.requests).toHaveLength(3);
  });

  it('is not sent again for a caller that does not want to wait', async () => {
    const service = await startService(broken);
    const provider = connect(service, { retry: { attempts: 3, baseMs: 60_000 } });
    await expect(provider.authorise(authoriseRequest(), { attempts: 1 })).rejects.toMatchObject(UNAVAILABLE);
    expect(service.requests).toHaveLength(1);
  });

  it('is not sent again when it was refused', async () => {
    const service = await startService((request) => signed(request, 404, { code: 'not_found', detail: 'unknown' }));
    const provider = connect(service, { retry: { attempts: 3, baseMs: 60_000 } });
    await expect(provider.capture('a')).rejects.toMatchObject({ reason: 'not_found', retryable: false });
    expect(service.requests).toHaveLength(1);
  });

  it('says so when nobody listens', async () => {
    const service = await startHttpListener();
    await service.close();
    const provider = connect(service, { retry: ONCE });
    await expect(provider.lookUp('a')).rejects.toMatchObject({
      ...UNAVAILABLE,
      cause: { code: 'ECONNREFUSED' },
    });
  });
});

describe('the bulkhead', () => {
  it('fails a call beyond its places at once, and holds it against nobody', async () => {
    const { promise: released, resolve: answerAll } = Promise.withResolvers<void>();
    const service = await startService((request) => released.then(() => healthy(request)));
    const breaker = { failureThreshold: 1, successThreshold: 1, baseOpenMs: 60_000, maxOpenMs: 60_000 };
    const provider = connect(service, { maxConcurrent: 1, maxQueued: 1, retry: ONCE, breaker });
    const first = provider.lookUp('a');
    const queued = provider.lookUp('b');
    await expect(provider.lookUp('c')).rejects.toMatchObject(UNAVAILABLE);
    answerAll();
    expect(await first).toMatchObject({ attemptId: 'a' });
    expect(await queued).toMatchObject({ attemptId: 'b' });
    expect(service.requests.map(({ path }) => path)).toEqual(['/payments/a', '/payments/b']);
    expect(provider.breakerState()).toBe('closed');
  });
});

describe('an answer that proves nothing', () => {
  const unsigned = (status: number, text: string) => () => ({ status, text, headers: {} });
  const answers: readonly [string, (request: ReceivedRequest) => Answer][] = [
    ['without a signature', (request) => ({ ...healthy(request), headers: {} })],
    ['signed with another secret', (request) => signed(request, 200, payment(request), 'another')],
    [
      'changed after it was signed',
      (request) => ({ ...healthy(request), text: JSON.stringify(payment(request, { status: 'captured' })) }),
    ],
    [
      'to an earlier request',
      (request) => signed({ ...request, headers: { 'webhook-id': 'msg_earlier' } }, 200, payment(request)),
    ],
    ['about another attempt', (request) => signed(request, 200, payment(request, { attempt_id: 'b' }))],
    [
      'with a status that the protocol does not know',
      (request) => signed(request, 200, payment(request, { status: 'succeeded' })),
    ],
    ['of another shape', (request) => signed(request, 200, [])],
    [
      'that is not JSON',
      (request) => ({
        status: 200,
        text: 'OK',
        headers: sign(SECRET, String(request.headers['webhook-id']), 'OK', Date.now()),
      }),
    ],
    ['of a proxy that knows no such path', unsigned(404, '<h1>404 Not Found</h1>')],
    ['that leads elsewhere', () => ({ status: 302, text: '', headers: { location: '/elsewhere' } })],
    ['that is a fault', (request) => signed(request, 500, { code: 'not_found', detail: '' })],
    ['to be quiet for a while', (request) => signed(request, 429, { code: 'rate_limited', detail: '' })],
    ['larger than any', (request) => signed(request, 200, payment(request, { decline_reason: 'x'.repeat(70_000) }))],
  ];

  it.each(answers)('%s is not believed', async (_, answerTo) => {
    const provider = connect(await startService(answerTo), { retry: ONCE });
    await expect(provider.lookUp('a')).rejects.toBeInstanceOf(PaymentProviderUnavailable);
  });
});

describe('a request', () => {
  it('carries the terms, the callback address and the correlation id, under the path of the base URL', async () => {
    const service = await startService(healthy);
    const provider = new HttpPaymentProvider({
      url: `${service.url}/shop/pay/`,
      secret: SECRET,
      callbackUrl: 'http://gate.test/api/v1/payment-callbacks',
    });
    onTestFinished(() => provider.close());
    await provider.authorise(authoriseRequest({ attemptId: 'a' }));
    await provider.capture('a', { correlationId: 'corr_2' });
    const [authorise, capture] = service.requests;
    expect(authorise).toMatchObject({ method: 'PUT', path: '/shop/pay/payments/a' });
    expect(authorise?.headers).toMatchObject({ 'x-correlation-id': 'corr_1', 'content-type': 'application/json' });
    expect(JSON.parse(authorise?.body ?? '')).toEqual({
      action: 'authorise',
      attempt_id: 'a',
      order_id: 'order_1',
      amount_minor: 19_900,
      currency: 'EUR',
      payment_method: 'pm_ok',
      callback_url: 'http://gate.test/api/v1/payment-callbacks',
    });
    expect(capture).toMatchObject({ method: 'POST', path: '/shop/pay/payments/a/capture' });
    expect(capture?.headers).toMatchObject({ 'x-correlation-id': 'corr_2' });
  });
});
