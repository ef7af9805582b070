import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loginLink, returnPathOf } from './return-path.ts';

const GATE = 'https://gate.example';

test.each(['/', '/orders', '/sales/1/queue', '/sales/1/queue?from=mail&x=1', '/sales/a%20b', '/.//evil.example'])(
  '%s is come back to as it is',
  (path) => {
    expect(returnPathOf(path)).toBe(path);
    expect(new URL(returnPathOf(path), GATE).origin).toBe(GATE);
  },
);

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'data:text/html,x',
  'orders',
  '/sales\r\nset-cookie: a=b',
  '/ü',
  '',
  `/${'x'.repeat(500)}`,
  null,
])('%j leads home', (given) => {
  expect(returnPathOf(given)).toBe('/');
});

test('nothing leads away from this server', () => {
  const hostile = fc.string({ unit: fc.constantFrom('/', '\\', '.', ':', '@', '\t', '\n', '?', '#', '%', 'a', ' ') });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.webUrl(), fc.string()), (given) => {
      expect(new URL(returnPathOf(given), GATE).origin).toBe(GATE);
    }),
    { numRuns: 500 },
  );
});

test('a link to the login keeps what the shop had in it', () => {
  const link = new URL(loginLink('https://shop.example/login?lang=de&return_to=/old', '/sales/1/queue?a=b'));
  expect([...link.searchParams]).toEqual([
    ['lang', 'de'],
    ['return_to', '/sales/1/queue?a=b'],
  ]);
});
