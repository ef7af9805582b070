import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RequestSampler } from './request-sampler.ts';
import {
  beginRequest,
  currentTraceparent,
  kept,
  linkTo,
  traced,
  tracedBatch,
  tracedFrom,
  traceFields,
  untraced,
  useTracer,
  within,
} from './tracing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

const exporter = new InMemorySpanExporter();
const provider = providerOf(1);

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
beforeEach(() => {
  exporter.reset();
  useTracer(provider.getTracer('test'));
});
afterAll(async () => {
  useTracer(null);
  context.disable();
  await provider.shutdown();
});

const spans = () => exporter.getFinishedSpans();

test('work is a span under the one that it is part of, and under none without', async () => {
  await tracedFrom(TRACEPARENT, 'outer', {}, () => traced('inner', {}, async () => {}));
  const [inner, outer] = spans();
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  expect(outer?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: SPAN });
  await traced('alone', {}, async () => {});
  expect(spans()).toHaveLength(2);
});

test('what cannot be a trace context is none, and work is not recorded that belongs to a request that was not', async () => {
  const names = [undefined, null, '', 'nonsense', `00-${'0'.repeat(32)}-${SPAN}-01`, `ff-${TRACE}-${SPAN}-01`];
  for (const name of names) await tracedFrom(name, 'work', {}, async () => expect(currentTraceparent()).toBeNull());
  await tracedFrom(`00-${TRACE}-${SPAN}-00`, 'work', {}, async () => expect(currentTraceparent()).toBeNull());
  expect(spans()).toEqual([]);
});

test('a request begins a trace of its own where its caller names none', () => {
  const own = beginRequest('GET /', 'nonsense', {});
  const called = beginRequest('GET /', TRACEPARENT, {});
  expect(own?.spanContext().traceId).not.toBe(TRACE);
  expect(called?.spanContext().traceId).toBe(TRACE);
});

test('whether a request is recorded is ours to say, whatever its caller asks for, and all under it follows', async () => {
  // The lowest of all ids is within any share.
  const lowest = `${'0'.repeat(31)}1`;
  for (const [ratio, flag, names] of [
    [0, '01', []],
    [1, '00', ['work', 'GET /']],
  ] as const) {
    exporter.reset();
    useTracer(providerOf(ratio).getTracer('test'));
    const request = beginRequest('GET /', `00-${lowest}-${SPAN}-${flag}`, {});
    if (request) await within(request, () => traced('work', {}, async () => {}));
    request?.end();
    expect(request?.spanContext().traceId).toBe(lowest);
    expect(spans().map(({ name }) => name)).toEqual(names);
  }
});

test('a share of the requests is recorded', () => {
  useTracer(providerOf(0.5).getTracer('test'));
  for (let time = 0; time < 200; time++) beginRequest('GET /', TRACEPARENT, {})?.end();
  expect(spans().length).toBeGreaterThan(40);
  expect(spans().length).toBeLessThan(160);
});

test('a batch of many traces is part of the first, and linked to as many others as a span may name', async () => {
  const others = Array.from({ length: 300 }, (_, n) => `00-${String(n + 1).padStart(32, '0')}-${SPAN}-01`);
  const origins = [null, TRACEPARENT, undefined, TRACEPARENT, ...others, `00-${TRACE}-${SPAN}-00`];
  await tracedBatch('batch', { origins }, async () => {});
  await tracedBatch('nobody is traced', { origins: [null, undefined] }, async () => {});
  const [batch, ...more] = spans();
  expect(batch?.spanContext().traceId).toBe(TRACE);
  expect(batch?.links).toHaveLength(128);
  expect(more).toEqual([]);
});

test('a failure is told by its code, and never by its message', async () => {
  const error = Object.assign(new Error('sam@example.com is not known'), { code: 'not_known' });
  const failing = tracedFrom(TRACEPARENT, 'work', {}, () => Promise.reject(error));
  await expect(failing).rejects.toBe(error);
  const [span] = spans();
  expect(span?.attributes).toEqual({ 'error.type': 'not_known' });
  expect(JSON.stringify([span?.events, span?.status])).not.toContain('sam');
});

test('a function that was kept stays with its work, whoever calls it', async () => {
  await tracedFrom(TRACEPARENT, 'work', {}, async () => {
    const later = kept(() => currentTraceparent());
    expect(untraced(currentTraceparent)).toBeNull();
    expect(untraced(later)).toContain(TRACE);
  });
});

test('a request that is about another trace says so, and about its own says nothing', () => {
  const request = beginRequest('POST /', undefined, {});
  if (request) {
    within(request, () => linkTo(TRACEPARENT));
    within(request, () => linkTo(currentTraceparent()));
    within(request, () => expect(traceFields().trace_id).toBe(request.spanContext().traceId));
  }
  request?.end();
  expect(spans()[0]?.links.map((link) => link.context.traceId)).toEqual([TRACE]);
});

test('without a tracer nothing is recorded, and all work is done', async () => {
  useTracer(null);
  const answers = [
    await traced('a', {}, async () => 1),
    await tracedFrom(TRACEPARENT, 'b', {}, async () => 2),
    await tracedBatch('c', { origins: [TRACEPARENT] }, async () => 3),
  ];
  expect(answers).toEqual([1, 2, 3]);
  expect([beginRequest('GET /', TRACEPARENT, {}), currentTraceparent(), traceFields()]).toEqual([null, null, {}]);
  expect(spans()).toEqual([]);
});

function providerOf(ratio: number): TracerProvider {
  return new TracerProvider({
    sampler: new RequestSampler(ratio),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
}
