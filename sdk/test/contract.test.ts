import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { type Operation, operation } from '../src/contract/operation.ts';
import { clientOperations, operations } from '../src/contract/operations.ts';
import { isProblemCode, PROBLEM_CODES, problem } from '../src/contract/problem.ts';

const all = Object.entries<Operation>(operations);

interface Example {
  readonly where: string;
  readonly schema: object;
  readonly example: unknown;
}

/** Every example in a schema, however deep. */
function examplesIn(schema: unknown, where: string): Example[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'examples' in schema && Array.isArray(schema.examples) ? schema.examples : [];
  const deeper = Object.entries(schema).filter(([key]) => key !== 'examples');
  return [
    ...own.map((example) => ({ where, schema, example })),
    ...deeper.flatMap(([key, value]) => examplesIn(value, `${where}.${key}`)),
  ];
}

function schemasOf({ params, query, headers, body, responses }: Operation) {
  return { params, query, headers, body, ...responses };
}

describe.each(all)('%s', (name, op) => {
  test('is named by its id', () => {
    expect(op.id).toBe(name);
  });

  test('has only problem codes of the table, each once', () => {
    expect(op.problems.filter((code) => !isProblemCode(code))).toEqual([]);
    expect(new Set(op.problems).size).toBe(op.problems.length);
  });

  test('declares exactly the parameters of its path', () => {
    const inPath = [...op.path.matchAll(/:(\w+)/g)].map(([, param]) => param);
    expect(Object.keys(op.params?.properties ?? {})).toEqual(inPath);
  });

  test('never has two meanings for a name in one request', () => {
    expect(op.query && op.body).toBeUndefined();
    const names = [op.params, op.query, op.body].flatMap((schema) =>
      schema && 'properties' in schema ? Object.keys(schema.properties as object) : [],
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test('asks for the idempotency key that it announces', () => {
    const header = op.headers?.required?.includes('idempotency-key') ? 'required' : op.headers && 'optional';
    expect(header).toBe(op.idempotencyKey);
  });

  test('refuses unknown fields', () => {
    const open = [op.query, op.body].filter(
      (schema) => schema && !('additionalProperties' in schema && schema.additionalProperties === false),
    );
    expect(open).toEqual([]);
  });

  test('gives examples that its schemas accept', () => {
    const wrong = examplesIn(schemasOf(op), name).filter(({ schema, example }) => !Compile(schema).Check(example));
    expect(wrong).toEqual([]);
  });
});

test('no two operations share a route', () => {
  const routes = all.map(([, op]) => `${op.method} ${op.path}`);
  expect(new Set(routes).size).toBe(routes.length);
});

test("the payment provider's callback is no method of the client", () => {
  expect(Object.keys(operations).filter((name) => !(name in clientOperations))).toEqual(['receivePaymentCallback']);
});

test('the problem document accepts its own examples and every code', () => {
  expect(examplesIn(problem, 'problem').filter(({ schema, example }) => !Compile(schema).Check(example))).toEqual([]);
  expect(problem.properties.code.enum).toEqual(Object.keys(PROBLEM_CODES));
});

test('an operation with a token and a body can fail in the ways such operations do', () => {
  const { problems } = operation({
    id: 'x',
    method: 'POST',
    path: '/x',
    summary: '',
    description: '',
    tags: [],
    auth: 'operator',
    body: {},
    responses: {},
    problems: [],
  });
  expect(problems).toEqual([
    'validation_failed',
    'unauthenticated',
    'token_expired',
    'forbidden',
    'rate_limited',
    'internal',
    'overloaded',
  ]);
});

describe('a purchase', () => {
  const body = Compile(operations.purchase.body);
  const line = { sku_id: 'A', quantity: 1 };

  test.each([
    line,
    { ...line, quantity: 1000, device_fingerprint: 'd' },
    { items: [line] },
    { items: Array(50).fill(line) },
  ])('is accepted: %j', (value) => {
    expect(body.Check(value)).toBe(true);
  });

  test.each([
    {},
    { sku_id: 'A' },
    { quantity: 1 },
    { ...line, quantity: 0 },
    { ...line, quantity: -1 },
    { ...line, quantity: 1.5 },
    { ...line, quantity: 1001 },
    { ...line, quantity: '1' },
    { ...line, sku_id: 'A B' },
    { ...line, sku_id: '' },
    { ...line, sku_id: 'Ä' },
    { ...line, sku_id: 'A\n' },
    { ...line, sku_id: 'A'.repeat(101) },
    { ...line, items: [line] },
    { sku_id: 'A', items: [line] },
    { items: [] },
    { items: Array(51).fill(line) },
    { items: [{ ...line, price: 0 }] },
    { ...line, user_id: 'somebody-else' },
  ])('is refused: %j', (value) => {
    expect(body.Check(value)).toBe(false);
  });

  test('with a wrong quantity has one error, at the quantity', () => {
    expect(body.Errors({ ...line, quantity: 0 }).map(({ instancePath }) => instancePath)).toEqual(['/quantity']);
  });
});

describe('a sale', () => {
  const draft = Compile(operations.createSale.body);
  const item = { sku_id: 'A', name: 'A', flash_price_minor: 1, original_price_minor: 2, total_stock: 3 };
  const sale = {
    name: 'Sale',
    starts_at: '2030-01-01T00:00:00Z',
    ends_at: '2030-01-02T00:00:00.000Z',
    currency: 'EUR',
    items: [item],
  };

  test.each([
    sale,
    { ...sale, waiting_room: null, anti_bot: null, reveal_at: null },
    { ...sale, waiting_room: {} },
    { ...sale, waiting_room: { order: 'draw', opens_at: '2029-12-31T23:00:00Z', admission_seconds: 5 } },
    { ...sale, name: '年末セール 👟' },
    { ...sale, items: [{ ...item, description: 'line\nline', image_url: '/a.png', safety_buffer: 0 }] },
    { ...sale, items: [{ ...item, image_url: 'https://cdn.example.com/a.png' }] },
  ])('is accepted: %j', (value) => {
    expect(draft.Check(value)).toBe(true);
  });

  test.each([
    { ...sale, name: '   ' },
    { ...sale, name: 'NUL \u0000' },
    { ...sale, name: 'A'.repeat(201) },
    { ...sale, currency: 'eur' },
    { ...sale, items: [] },
    { ...sale, starts_at: '2030-01-01' },
    { ...sale, starts_at: '2030-02-30T00:00:00Z' },
    { ...sale, starts_at: '2030-01-01T00:00:00+02:00' },
    { ...sale, starts_at: '2016-12-31T23:59:60Z' },
    { ...sale, purchase_limit: 0 },
    { ...sale, reservation_seconds: 0 },
    { ...sale, waiting_room: { order: 'lifo' } },
    { ...sale, waiting_room: { rate_per_second: 0 } },
    { ...sale, waiting_room: { rate_per_second: 100_001 } },
    { ...sale, waiting_room: { max_active: 0 } },
    { ...sale, waiting_room: { admission_seconds: 4 } },
    { ...sale, waiting_room: { admission_seconds: 3601 } },
    { ...sale, waiting_room: { opens_at: 'soon' } },
    { ...sale, waiting_room: { seats: 1 } },
    { ...sale, items: [{ ...item, flash_price_minor: -1 }] },
    { ...sale, items: [{ ...item, total_stock: 10_000_001 }] },
    { ...sale, items: [{ ...item, description: '\u0000' }] },
    { ...sale, items: [{ ...item, image_url: 'javascript:alert(1)' }] },
    { ...sale, items: [{ ...item, image_url: '//evil.example.com/a.png' }] },
    { ...sale, items: [{ ...item, image_url: '/\\evil.example.com/a.png' }] },
  ])('is refused: %j', (value) => {
    expect(draft.Check(value)).toBe(false);
  });

  test('is changed by at least one of its fields', () => {
    const change = Compile(operations.changeSale.body);
    expect([change.Check({ name: 'New' }), change.Check({}), change.Check({ state: 'ended' })]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
