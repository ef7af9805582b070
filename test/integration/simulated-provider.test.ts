import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpPaymentProvider, type HttpPaymentProviderOptions } from '../../src/payment/http/http-payment-provider.ts';
import { readPaymentCallback } from '../../src/payment/payment-callback.ts';
import type { Behaviour } from '../../src/payment/simulated/behaviour.ts';
import {
  type SimulatedProviderOptions,
  startSimulatedProvider,
} from '../../src/payment/simulated/simulated-provider.ts';
import type { Statement } from '../../src/payment/simulated/statement.ts';
import { authoriseRequest } from '../conformance/payment-protocol.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { type PaymentProcess, startPaymentProcess } from '../support/payment-process.ts';

const SECRET = 'a secret of both sides';
const UNAVAILABLE = { code: 'payment_provider_unavailable' };
/** Generous: only a hang waits as long as this. */
const EVENTUALLY = { timeout: 20_000, interval: 20 };

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'payments-'));
  return () => rm(dataDir, { recursive: true });
});

function connect(url: string, options: Partial<HttpPaymentProviderOptions> = {}): HttpPaymentProvider {
  const provider = new HttpPaymentProvider({ url, secret: SECRET, retry: { attempts: 1, baseMs: 1 }, ...options });
  onTestFinished(() => provider.close());
  return provider;
}

async function simulate(behaviour: Partial<Behaviour>, options: Partial<SimulatedProviderOptions> = {}) {
  const simulated = await startSimulatedProvider({ dataDir, secret: SECRET, behaviour, ...options });
  onTestFinished(() => simulated.close());
  return simulated;
}

async function startShop(): Promise<HttpListener> {
  const shop = await startHttpListener((_request, response) => response.writeHead(204).end());
  onTestFinished(() => shop.close());
  return shop;
}

function toldBy(shop: HttpListener) {
  return shop.requests.map(({ headers, body }) => readPaymentCallback(SECRET, headers, body, Date.now()));
}

async function statementOf(url: string): Promise<Statement> {
  const response = await fetch(`${url}/payments`);
  return (await response.json()) as Statement;
}

describe('a test payment method', () => {
  it('pm_pending is decided later, and a signed callback says so', async () => {
    const shop = await startShop();
    const { url } = await simulate({ settle_ms: 20 });
    const provider = connect(url, { callbackUrl: `${shop.url}/callbacks` });
    const request = authoriseRequest({ paymentMethod: 'pm_pending' });
    expect(await provider.authorise(request)).toMatchObject({ status: 'pending' });
    await vi.waitFor(() => expect(shop.requests).toHaveLength(1), EVENTUALLY);
    expect(toldBy(shop)).toMatchObject([
      { code: 'changed', payment: { attemptId: request.attemptId, status: 'authorised' } },
    ]);
    expect(shop.requests[0]).toMatchObject({ path: '/callbacks', headers: { 'x-correlation-id': 'corr_1' } });
    expect(await provider.authorise(request)).toMatchObject({ status: 'authorised' });
  });

  it('pm_timeout gets no answer, yet is found authorised by a look-up', async () => {
    const { url } = await simulate({ settle_ms: 100 });
    const provider = connect(url, { timeoutMs: 500 });
    const patient = connect(url);
    const request = authoriseRequest({ paymentMethod: 'pm_timeout' });
    await expect(provider.authorise(request)).rejects.toMatchObject(UNAVAILABLE);
    await vi.waitFor(
      async () => expect(await patient.lookUp(request.attemptId)).toMatchObject({ status: 'authorised' }),
      EVENTUALLY,
    );
  });

  it('pm_timeout that is voided in time holds nothing when it is decided', async () => {
    const { url } = await simulate({ settle_ms: 0 });
    const provider = connect(url);
    const request = authoriseRequest({ paymentMethod: 'pm_timeout' });
    await provider.void(request.attemptId);
    expect(await provider.authorise(request)).toMatchObject({ status: 'voided' });
  });

  it('pm_late is authorised no earlier than late_ms', async () => {
    let nowMs = Date.now();
    const { url } = await simulate({ late_ms: 86_400_000 }, { now: () => nowMs });
    const provider = connect(url, { now: () => nowMs });
    const request = authoriseRequest({ paymentMethod: 'pm_late' });
    expect(await provider.authorise(request)).toMatchObject({ status: 'pending' });
    nowMs += 86_399_999;
    expect(await provider.capture(request.attemptId)).toMatchObject({ status: 'pending' });
    expect(await provider.void(request.attemptId)).toMatchObject({ status: 'voided' });
  });

  it('pm_capture_fails is authorised and can never be captured', async () => {
    const { url } = await simulate({});
    const provider = connect(url);
    const { attemptId } = await provider.authorise(authoriseRequest({ paymentMethod: 'pm_capture_fails' }));
    const failed = { status: 'capture_failed', declineReason: expect.any(String) };
    expect(await provider.capture(attemptId)).toMatchObject(failed);
    expect(await provider.capture(attemptId)).toMatchObject(failed);
    expect(await provider.void(attemptId)).toMatchObject(failed);
    expect((await statementOf(url)).sums).toEqual([
      { currency: 'EUR', held_minor: 0, captured_minor: 0, refunded_minor: 0 },
    ]);
  });

  it('pm_unavailable leaves no trace', async () => {
    const { url } = await simulate({});
    const provider = connect(url);
    const request = authoriseRequest({ paymentMethod: 'pm_unavailable' });
    await expect(provider.authorise(request)).rejects.toMatchObject(UNAVAILABLE);
    expect(await provider.lookUp(request.attemptId)).toBeNull();
  });

  it('pm_duplicate tells the same three times, under one message id', async () => {
    const shop = await startShop();
    const { url } = await simulate({});
    const provider = connect(url, { callbackUrl: shop.url });
    await provider.authorise(authoriseRequest({ paymentMethod: 'pm_duplicate' }));
    await vi.waitFor(() => expect(shop.requests).toHaveLength(3), EVENTUALLY);
    expect(new Set(shop.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('the simulation', () => {
  it('sends a callback until it is acknowledged', async () => {
    const shop = await startHttpListener((_request, response) => {
      response.writeHead(shop.requests.length < 3 ? 503 : 204).end();
    });
    onTestFinished(() => shop.close());
    const { url } = await simulate({ settle_ms: 0 }, { callbackUrl: shop.url });
    await connect(url).authorise(authoriseRequest({ paymentMethod: 'pm_pending' }));
    await vi.waitFor(() => expect(shop.requests).toHaveLength(3), EVENTUALLY);
  });

  it('fails and recovers on command', async () => {
    const { url } = await simulate({});
    const provider = connect(url);
    const change = (behaviour: object) =>
      fetch(`${url}/behaviour`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(behaviour),
      });
    expect(await (await change({ outage: true })).json()).toMatchObject({ outage: true, latency_ms: 0 });
    await expect(provider.authorise(authoriseRequest())).rejects.toMatchObject(UNAVAILABLE);
    await change({ outage: false, decline_rate: 1 });
    expect(await provider.authorise(authoriseRequest())).toMatchObject({ status: 'declined' });
    expect((await change({ decline_rate: 2 })).status).toBe(400);
    expect((await change({ no_such_thing: 1 })).status).toBe(400);
  });

  it('states what it holds, took and gave back', async () => {
    const { url } = await simulate({});
    const provider = connect(url);
    const [held, captured, refunded] = await Promise.all(
      [100, 200, 400].map((amountMinor) => provider.authorise(authoriseRequest({ amountMinor }))),
    );
    for (const payment of [captured, refunded]) await provider.capture(payment?.attemptId ?? '');
    await Promise.all(Array.from({ length: 5 }, () => provider.capture(captured?.attemptId ?? '')));
    await provider.refund(refunded?.attemptId ?? '');
    const statement = await statementOf(url);
    expect(statement.sums).toEqual([{ currency: 'EUR', held_minor: 100, captured_minor: 600, refunded_minor: 400 }]);
    expect(statement.payments).toContainEqual({
      attempt_id: held?.attemptId,
      status: 'authorised',
      reference: held?.reference,
      decline_reason: null,
      order_id: 'order_1',
      amount_minor: 100,
      currency: 'EUR',
      payment_method: 'pm_ok',
      captured_minor: 0,
      refunded_minor: 0,
    });
  });

  it('closes while callers hang', async () => {
    const simulated = await startSimulatedProvider({ dataDir, secret: SECRET });
    const provider = connect(simulated.url, { timeoutMs: 20_000 });
    const request = authoriseRequest({ paymentMethod: 'pm_timeout' });
    const hanging = expect(provider.authorise(request)).rejects.toMatchObject(UNAVAILABLE);
    await vi.waitFor(async () => expect(await provider.lookUp(request.attemptId)).not.toBeNull(), EVENTUALLY);
    await simulated.close();
    await hanging;
  });
});

describe('the simulated provider, killed', () => {
  async function startProcess(...args: string[]): Promise<PaymentProcess> {
    const script = 'src/payment/simulated/main.ts';
    const process = await startPaymentProcess(script, ['--data-dir', dataDir, ...args], { PAYMENT_SECRET: SECRET });
    onTestFinished(async () => void (await process.kill('SIGKILL')));
    return process;
  }

  it('knows all that it said before, and charges none of it again', async () => {
    const before = await startProcess();
    const provider = connect(before.url);
    const answered: string[] = [];
    const orders = Array.from({ length: 400 }, () => authoriseRequest({ attemptId: randomUUID(), amountMinor: 100 }));
    const pay = async (order: (typeof orders)[number]) => {
      await provider.authorise(order);
      await provider.capture(order.attemptId);
      answered.push(order.attemptId);
      if (answered.length === 50) await before.kill('SIGKILL');
    };
    const outcomes = await Promise.allSettled(orders.map(pay));
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);

    const after = await startProcess();
    const again = connect(after.url);
    for (const attemptId of answered) expect(await again.lookUp(attemptId)).toMatchObject({ status: 'captured' });
    await Promise.all(orders.map((order) => again.authorise(order)));
    await Promise.all(orders.map((order) => again.capture(order.attemptId)));
    expect((await statementOf(after.url)).sums).toEqual([
      { currency: 'EUR', held_minor: 0, captured_minor: 400 * 100, refunded_minor: 0 },
    ]);
  });

  it('decides, and tells, after its restart what was pending', async () => {
    const shop = await startShop();
    const before = await startProcess('--callback-url', shop.url, '--behaviour', '{"settle_ms": 1500}');
    const request = authoriseRequest({ paymentMethod: 'pm_pending' });
    expect(await connect(before.url).authorise(request)).toMatchObject({ status: 'pending' });
    await before.kill('SIGKILL');
    const after = await startProcess();
    await vi.waitFor(() => expect(toldBy(shop)[0]).toMatchObject({ payment: { status: 'authorised' } }), EVENTUALLY);
    expect(await connect(after.url).lookUp(request.attemptId)).toMatchObject({ status: 'authorised' });
  });

  it('stops in an orderly way when it is asked to', async () => {
    const running = await startProcess();
    await connect(running.url).authorise(authoriseRequest());
    expect(await running.kill('SIGTERM')).toBe(0);
    await startProcess();
  });
});
