import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type CollectedSpan, type SpanCollector, startSpanCollector } from '../../scripts/trace/span-collector.ts';
import { type ServerProcess, startServer } from '../support/cli-process.ts';
import { temporaryDataDirectory } from '../support/data-directory.ts';
import { type HttpListener, startHttpListener } from '../support/http-listener.ts';
import { PaymentService } from '../support/payment-service.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { saleDraft } from '../support/server.ts';
import { operatorAt, SHOP_ENVIRONMENT, sessionOf } from '../support/shop-under-test.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const CUSTOMER = { name: 'Sam Example', email: 'sam@example.com', phone: '+49 30 1234567', address: 'Main Street 1' };
const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);

let collector: SpanCollector;
beforeAll(async () => {
  collector = await startSpanCollector();
});
afterAll(async () => {
  await Promise.all([collector.close(), redis?.stop(), postgres?.stop()]);
});

describe.skipIf(!redis || !postgres)('over a gateway and a processor', { timeout: 90_000 }, () => {
  test('a purchase and its payment are one trace, from the request to the ledger and to the provider', async () => {
    const { provider, calls } = await recordedProvider();
    const env = {
      ...provider,
      STORE_URL: redis?.url ?? '',
      DATABASE_URL: postgres?.url ?? '',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      LOG_LEVEL: 'debug',
      DRAIN_TIME: '0s',
    };
    const gateway = await serve({ ...env, ROLE: 'gateway' });
    const processor = await serve({ ...env, ROLE: 'processor' });
    const traceId = await buyAndPay(gateway.url, true);

    const services = {
      'order log order_reserved': 'tidegate-processor',
      'ledger order_reserved': 'tidegate-processor',
    };
    await vi.waitFor(() => {
      const trace = traceOf(traceId);
      expect(Object.fromEntries(trace.map(({ name, service }) => [name, service]))).toMatchObject({
        ...services,
        'POST /api/v1/flash-sale/:sale_id/purchase': 'tidegate-gateway',
        'store purchase': 'tidegate-gateway',
        'redis purchase': 'tidegate-gateway',
        'apply events': 'tidegate-processor',
        'sql insert orders': expect.any(String),
        'POST /api/v1/orders/:order_id/pay': 'tidegate-gateway',
        payment: 'tidegate-processor',
        'payment service authorise': 'tidegate-processor',
        'payment service capture': 'tidegate-processor',
        'redis confirm': 'tidegate-processor',
        'ledger order_paid': 'tidegate-processor',
      });
    }, PATIENCE);
    const trace = traceOf(traceId);
    expect(looseEnds(trace)).toEqual([
      'POST /api/v1/flash-sale/:sale_id/purchase',
      'POST /api/v1/orders/:order_id/pay',
    ]);
    expect(backwards(trace)).toEqual([]);
    const authorise = trace.find(({ name }) => name === 'payment service authorise');
    expect(calls.requests.map(({ headers }) => headers.traceparent)).toContain(`00-${traceId}-${authorise?.spanId}-01`);
    expect(JSON.stringify(collector.spans)).not.toMatch(/Sam|example\.com|1234567|Main Street|pm_ok|buyer-of-/);
    for (const { output } of [gateway, processor]) expect(output.stdout).toContain(`"trace_id":"${traceId}"`);
  });
});

describe('of one process', { timeout: 60_000 }, () => {
  test('each request begins a trace, an order is one with what becomes of it, and its payment is linked to it', async () => {
    const server = await serve({ ...OBSERVED, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const before = collector.spans.length;
    await buyAndPay(server.url, false);
    const named = (name: string) => collector.spans.slice(before).find((span) => span.name.includes(name));
    await vi.waitFor(() => expect(named('ledger order_paid')).toBeDefined(), PATIENCE);
    const traceId = named('/purchase')?.traceId;
    expect(named('ledger order_paid')?.traceId).toBe(traceId);
    expect(named('payment service capture')?.traceId).toBe(traceId);
    expect(named('/pay')?.traceId).not.toBe(traceId);
    expect(named('/pay')?.linkedTraceIds).toEqual([traceId]);
    expect(server.output.stderr).toContain('loaded @opentelemetry/sdk-trace');
  });

  test('as many requests are traced as the sampler says, whatever their callers say', async () => {
    const sampling = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    const server = await serve({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...sampling });
    const before = collector.spans.length;
    await buyAndPay(server.url, true);
    await server.end();
    expect(collector.spans.slice(before)).toEqual([]);
  });

  test('a collector that is away costs one line in the log, and neither a purchase nor the stop', async () => {
    const nobody = await startHttpListener();
    await nobody.close();
    const server = await serve({ OTEL_EXPORTER_OTLP_ENDPOINT: nobody.url });
    for (let time = 0; time < 2; time++) await buyAndPay(server.url, false);
    const complaints = () => server.output.stdout.split('\n').filter((line) => line.includes('collector'));
    await vi.waitFor(() => expect(complaints()).toHaveLength(1), PATIENCE);
    await buyAndPay(server.url, false);
    expect(await server.end()).toBe(0);
    expect(complaints()).toHaveLength(1);
  });

  test('a collector that never answers keeps nobody waiting, and the stop no longer than its bound', async () => {
    const silent = await startHttpListener();
    const server = await serve({ OTEL_EXPORTER_OTLP_ENDPOINT: silent.url });
    await buyAndPay(server.url, false);
    await vi.waitFor(() => expect(silent.requests).not.toEqual([]), PATIENCE);
    const beganAt = performance.now();
    expect(await server.end()).toBe(0);
    expect(performance.now() - beganAt).toBeLessThan(20_000);
    await silent.close();
  });

  test('without one nothing of the SDK is loaded, and no order carries a trace', async () => {
    const server = await serve({ ...OBSERVED });
    await buyAndPay(server.url, true);
    await server.end();
    const loaded = new Set(server.output.stderr.match(/loaded @opentelemetry\/\S+/g));
    expect([...loaded]).toEqual(['loaded @opentelemetry/api']);
  });
});

/** Says which packages of OpenTelemetry a process loads. */
const HOOK = `import { registerHooks } from 'node:module';
registerHooks({ resolve(name, context, next) {
  if (name.startsWith('@opentelemetry/')) process.stderr.write('loaded ' + name + '\\n');
  return next(name, context);
} });`;
const OBSERVED = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HOOK)}` };

async function serve(env: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const server = await startServer({ ...SHOP_ENVIRONMENT, DATA_DIR: await temporaryDataDirectory(), ...env });
  onTestFinished(async () => void (await server.end()));
  return server;
}

/** A provider behind a door where its calls are written down. */
async function recordedProvider(): Promise<{ provider: Record<string, string>; calls: HttpListener }> {
  const service = await PaymentService.start();
  const calls = await startHttpListener(async ({ method, path, headers, body }, response) => {
    const init = { method, headers: passedOn(headers), ...(body !== '' && { body }) };
    const answer = await fetch(service.url + path, init);
    const text = await answer.text();
    response.writeHead(answer.status, passedOn(Object.fromEntries(answer.headers))).end(text);
  });
  onTestFinished(async () => {
    await calls.close();
    await service.remove();
  });
  return { provider: { ...service.env, PAYMENT_URL: calls.url }, calls };
}

/** Without what is about the connection. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  return Object.fromEntries(Object.entries(headers).flatMap(([k, v]) => (own.includes(k) ? [] : [[k, String(v)]])));
}

let buyers = 0;

/** Both requests within one trace of the buyer's page, where it is traced. Returns its id. */
async function buyAndPay(url: string, pageIsTraced: boolean): Promise<string> {
  buyers += 1;
  const { sale_id } = await operatorAt(url).createSale(saleDraft());
  const traceId = randomBytes(16).toString('hex');
  const ask = async (path: string, key: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sessionOf(`buyer-of-${buyers}`)}`,
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(pageIsTraced && { traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01` }),
      },
      body: JSON.stringify(body),
    });
    const json = await response.json();
    expect({ path, status: response.status, json }).toMatchObject({ path, status: 200 });
    return json as { readonly order_id: string };
  };
  const { order_id } = await ask(`/api/v1/flash-sale/${sale_id}/purchase`, 'buy', { sku_id: 'A', quantity: 1 });
  await ask(`/api/v1/orders/${order_id}/pay`, 'pay', { payment_method: 'pm_ok', customer: CUSTOMER });
  return traceId;
}

function traceOf(traceId: string): CollectedSpan[] {
  return collector.spans.filter((span) => span.traceId === traceId);
}

/** Names of the spans whose parent nobody has sent: those that the buyer's page began. */
function looseEnds(trace: readonly CollectedSpan[]): string[] {
  const ids = new Set(trace.map(({ spanId }) => spanId));
  return trace.flatMap(({ name, parentSpanId }) => (ids.has(parentSpanId) ? [] : [name])).sort();
}

function backwards(trace: readonly CollectedSpan[]): CollectedSpan[] {
  return trace.filter(({ startMs, endMs }) => endMs < startMs);
}
