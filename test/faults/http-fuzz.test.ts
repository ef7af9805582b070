import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Auth, Operation } from '#sdk/contract/operation.ts';
import { operations } from '#sdk/contract/operations.ts';
import { problem } from '#sdk/contract/problem.ts';
import { QueueBuyer } from '../support/queue-buyer.ts';
import { rawRequest, requestBytes } from '../support/raw-request.ts';
import { OPERATOR_TOKEN, TestServer } from '../support/server.ts';

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const TIME_LIMIT_MS = 8_000;

const isProblem = Compile(problem);
const all: readonly Operation[] = Object.values(operations).filter((operation) => !('stream' in operation));
let server: TestServer;
let saleId: string;
let queueingSaleId: string;
let orderId: string;
let userToken: string;
/** What opens an operation, some of the time: a token is for one sale or one order. */
let tokens: Readonly<Record<Exclude<Auth, 'none'>, readonly string[]>>;

beforeAll(async () => {
  console.log(`FUZZ_SEED=${SEED}`);
  server = await TestServer.start({ payWaitMs: 0 });
  ({ sale_id: saleId } = await server.createSale());
  userToken = await server.guest();
  const { order_id, reservation_token } = await server.reserve(saleId, userToken);
  orderId = order_id;
  ({ sale_id: queueingSaleId } = await server.createSale({ waiting_room: {} }));
  const shopper = await QueueBuyer.queue(server, queueingSaleId);
  tokens = {
    user: [userToken],
    user_or_reservation: [userToken, reservation_token],
    queue: [shopper.queueToken],
    admission_or_user: [userToken, await shopper.comeIn()],
    operator: [OPERATOR_TOKEN],
    viewer: [OPERATOR_TOKEN],
  };
});
afterAll(() => server.stop());

/** Values that programs trip over, wherever a schema lets them in or not. */
const nasty = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    0,
    -0,
    -1,
    1e308,
    2 ** 53,
    0.1,
    true,
    [],
    {},
    '\u0000',
    '\ud800',
    '\u202e',
    'x'.repeat(10_000),
    "'; drop table orders; --",
    '{{7*7}}',
    '../../etc/passwd',
    '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70',
    '2030-02-30T25:61:61Z',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
  ),
  fc.constantFrom('__proto__', 'constructor', 'toString').map((key) => JSON.parse(`{"${key}": {"a": 1}}`)),
);

/** Values that a schema accepts, mostly. */
function valid(schema: TSchema): fc.Arbitrary<unknown> {
  const { type, properties, required, items, enum: values, const: constant, pattern, format } = schema as Schema;
  if (values) return fc.constantFrom(...values);
  if (constant !== undefined) return fc.constant(constant);
  if (properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valid(field)]));
    return fc.record(fields, { requiredKeys: [...(required ?? [])] });
  }
  if (items) return fc.array(valid(items), { minLength: 1, maxLength: 4 });
  if (format === 'uuid')
    return fc.constantFrom(saleId, queueingSaleId, orderId, '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70');
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());
  if (format === 'email') return fc.emailAddress();
  if (pattern) return matching(new RegExp(pattern, 'u'));
  if (type === 'integer') return fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer());
  if (type === 'string' || Array.isArray(type))
    return fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constant(null));
  if (type === 'boolean') return fc.constant(true);
  return fc.constant(null);
}

const cursor = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** What a schema lets in of this, it has to mean. */
const KNOWN = [
  'A',
  'EUR',
  'pm_ok',
  'live',
  '/a.webp',
  'https://example.com/a.webp',
  'Ünï cödé 🎈',
  'half a balloon \ud83c',
  'null \u0000',
  cursor('1', 'x'),
  cursor('9007199254740991', 'x'),
  cursor('-8640000000000000', 'x'),
  cursor('1', '\u0000'),
  cursor('1', '\ud800'),
];

/** fast-check makes no strings for patterns that look ahead. */
function matching(pattern: RegExp): fc.Arbitrary<unknown> {
  const known = fc.constantFrom(...KNOWN.filter((text) => pattern.test(text)), null);
  return pattern.source.includes('(?') ? known : fc.oneof(known, fc.stringMatching(pattern));
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly items?: TSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
}

/** Right values, with something wrong in one place, or nothing. */
function almost(schema: TSchema): fc.Arbitrary<unknown> {
  const { properties } = schema as Schema;
  const right = valid(schema);
  if (!properties) return fc.oneof(right, nasty);
  const place = fc.constantFrom(...Object.keys(properties), '__proto__', 'unknown');
  const broken = fc.tuple(right, place, nasty).map(([value, name, wrong]) => ({ ...(value as object), [name]: wrong }));
  return fc.oneof(right, broken, { arbitrary: nasty, weight: 1 });
}

interface FuzzedRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly body: unknown;
  readonly key: string;
  readonly token: string | null;
}

function requestTo(operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const { params, query, body, auth } = operation;
  return fc
    .record({
      params: params ? fc.oneof(valid(params), almost(params)) : fc.constant({}),
      query: query ? almost(query) : fc.constant({}),
      body: body ? almost(body) : fc.constant(undefined),
      key: fc.stringMatching(/^[!-~]{1,20}$/),
      token: auth === 'none' ? fc.constant(null) : fc.constantFrom(...tokens[auth]),
    })
    .map(({ params: given, query: asked, body: sent, key, token }) => ({
      operation,
      path: pathOf(operation, given) + queryOf(asked),
      body: sent,
      key,
      token,
    }));
}

function pathOf({ path }: Operation, params: unknown): string {
  const fields = (params ?? {}) as Readonly<Record<string, unknown>>;
  return path.replace(/:(\w+)/g, (_, name: string) => encode(fields[name]) || 'x');
}

function queryOf(query: unknown): string {
  if (typeof query !== 'object' || query === null) return '';
  return `?${Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')}`;
}

/** Long paths and lone surrogates are for the raw bytes below. */
function encode(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return encodeURIComponent(text.toWellFormed().slice(0, 500));
}

/** Whatever comes in: an answer of the contract or a problem document, no fault of ours, and no word of how it is made. */
function expectDecentAnswer({ operation }: FuzzedRequest, status: number, contentType: string, text: string): void {
  expect(text).not.toMatch(/\bat .*:\d+:\d+|node_modules|\.ts\b/);
  if (status in operation.responses) return;
  expect(contentType).toBe('application/problem+json');
  const document = JSON.parse(text);
  expect([...isProblem.Errors(document)]).toEqual([]);
  expect(operation.problems).toContain(document.code);
  expect(document.code).not.toBe('internal');
}

test('every operation answers whatever it is asked as its contract says', async () => {
  const request = fc.constantFrom(...all).chain(requestTo);
  await fc.assert(
    fc.asyncProperty(request, async (fuzzed) => {
      const { operation, path, body, key, token } = fuzzed;
      const response = await server.app.server.inject({
        method: operation.method,
        url: path,
        headers: {
          'idempotency-key': key,
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      expectDecentAnswer(fuzzed, response.statusCode, String(response.headers['content-type']), response.body);
    }),
    { seed: SEED, numRuns: 3_000, interruptAfterTimeLimit: TIME_LIMIT_MS, endOnFailure: false },
  );
  expect(server.logged.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
});

const purchasePath = () => `/api/v1/flash-sale/${saleId}/purchase`;
const purchaseHeaders = () => ({
  authorization: `Bearer ${userToken}`,
  'idempotency-key': 'raw',
  'content-type': 'application/json',
});
const deep = (open: string, close: string) => `${open.repeat(20_000)}${close.repeat(20_000)}`;

test.each<[string, string | Uint8Array]>([
  ['no JSON', '{"sku_id": '],
  ['nothing', ''],
  ['JSON of another kind', '"A"'],
  ['a number beyond all numbers', '{"sku_id": "A", "quantity": 1e400}'],
  ['a number below all numbers', '{"sku_id": "A", "quantity": -1e400}'],
  ['no number', '{"sku_id": "A", "quantity": NaN}'],
  ['a key twice', '{"sku_id": "A", "quantity": 0, "quantity": -1}'],
  ['a prototype', '{"__proto__": {"quantity": 1}, "sku_id": "A"}'],
  ['a constructor', '{"constructor": {"prototype": {"quantity": 1}}, "sku_id": "A"}'],
  ['deep arrays', deep('[', ']')],
  ['deep objects', `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`],
  ['more than is taken', JSON.stringify({ sku_id: 'A', quantity: 1, device_fingerprint: 'x'.repeat(70_000) })],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
  ['an overlong slash', Buffer.from([0x7b, 0xc0, 0xaf, 0x7d])],
  ['a byte order mark alone', Buffer.from([0xef, 0xbb, 0xbf])],
])('a body of %s is refused as invalid', async (_name, body) => {
  const bytes = requestBytes('POST', purchasePath(), { headers: purchaseHeaders(), body: Buffer.from(body) });
  const { status, text } = await rawRequest(server.url, bytes);
  expect({ status, problem: text.includes('"code":"validation_failed"') }).toEqual({ status: 400, problem: true });
  expect(text).not.toMatch(/SyntaxError|JSON at position|node_modules/);
});

test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', ';', 'json'])(
  'a content type of %s is refused as invalid',
  async (contentType) => {
    const headers = { ...purchaseHeaders(), 'content-type': contentType };
    const bytes = requestBytes('POST', purchasePath(), { headers, body: Buffer.from('{"sku_id":"A","quantity":1}') });
    const { status, text } = await rawRequest(server.url, bytes);
    expect({ status, problem: text.includes('"code":"validation_failed"') }).toEqual({ status: 400, problem: true });
  },
);

test.each<[string, string]>([
  ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\n${'x: y\r\n'.repeat(10_000)}\r\n`],
  ['one huge header', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
  ['a huge path', `GET /${'y'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`],
  ['no HTTP', 'hello there\r\n\r\n'],
  ['another version', 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
  ['a method that is none', 'FROBNICATE / HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a null in a header', 'GET / HTTP/1.1\r\nhost: x\r\nx: a\u0000b\r\n\r\n'],
  ['a split header', 'GET / HTTP/1.1\r\nhost: x\r\nx\r\n : y\r\n\r\n'],
])('%s: refused at the door, with a problem document', async (_name, request) => {
  const { status, text } = await rawRequest(server.url, Buffer.from(request, 'latin1'));
  expect(status).toBe(400);
  expect(text).toContain('"code":"validation_failed"');
});

test.each([
  '/%',
  '/%00',
  '/%ff',
  '/api/v1/flash-sale/%2e%2e',
  '/..%2f..%2f',
  '//',
  '/api/v1/flash-sale/%E0%A4%A/status',
  '/docs/..%2f..%2fpackage.json',
  '/docs/static/../../package.json',
])('the path %s leads nowhere', async (path) => {
  const { status, text } = await rawRequest(server.url, requestBytes('GET', path));
  expect([400, 404]).toContain(status);
  expect(text).not.toMatch(/node_modules|"dependencies"| {4}at /);
});

test('random bytes never bring it down', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const request = Buffer.concat([bytes, Buffer.from('\r\n\r\n')]);
      expect((await rawRequest(server.url, request)).status ?? 400).toBeLessThan(500);
    }),
    { seed: SEED, numRuns: 200, interruptAfterTimeLimit: TIME_LIMIT_MS },
  );
  expect((await server.call('/health/ready')).status).toBe(200);
  await server.operate('/switches', { method: 'PATCH', body: { purchases: true } });
  const { sale_id: another } = await server.createSale();
  expect((await server.purchase(another, await server.guest())).status).toBe(200);
});
