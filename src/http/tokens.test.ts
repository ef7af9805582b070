import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type TokenClaims, TokenSigner } from './tokens.ts';

const NOW_MS = Date.UTC(2030, 0, 1);
const OLD_KEY = { kid: 'old', secret: 'o'.repeat(32) };
const NEW_KEY = { kid: 'new', secret: 'n'.repeat(32) };
const signer = new TokenSigner([NEW_KEY, OLD_KEY]);
const session: TokenClaims['session'] = { sub: 'ann', iat: NOW_MS / 1000, exp: NOW_MS / 1000 + 60 };
const reservation: TokenClaims['reservation'] = {
  ...session,
  order_id: 'order-1',
  sale_id: 'sale-1',
  items: [{ sku_id: 'A', quantity: 1, unit_price_minor: 100 }],
  total_minor: 100,
  currency: 'EUR',
  payment_deadline: '2030-01-01T00:10:00.000Z',
};

function partsOf(token: string): [string, string, string] {
  const [header = '', payload = '', signature = ''] = token.split('.');
  return [header, payload, signature];
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

test('says what was signed, and of which kind it is', () => {
  expect(signer.verify(signer.sign('session', session), NOW_MS)).toEqual({ kind: 'session', claims: session });
  const verdict = signer.verify(signer.sign('reservation', reservation), NOW_MS);
  expect(verdict).toEqual({ kind: 'reservation', claims: reservation });
});

test('is a JWT that names its key and its kind', () => {
  const [header] = partsOf(signer.sign('session', session));
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'HS256',
    typ: 'session+jwt',
    kid: 'new',
  });
});

test('the same claims give the same token', () => {
  const again = new TokenSigner([NEW_KEY]);
  expect(again.sign('reservation', reservation)).toBe(signer.sign('reservation', reservation));
});

test('tokens of a key that signs no longer are still good', () => {
  const before = new TokenSigner([OLD_KEY]);
  expect(signer.verify(before.sign('session', session), NOW_MS)).toMatchObject({ kind: 'session' });
});

test('tokens of a key that is gone are not ours', () => {
  const after = new TokenSigner([NEW_KEY]);
  expect(after.verify(new TokenSigner([OLD_KEY]).sign('session', session), NOW_MS)).toBe('foreign');
});

test('expires at its second, not before', () => {
  const token = signer.sign('session', session);
  expect(signer.verify(token, session.exp * 1000 - 1)).toMatchObject({ kind: 'session' });
  expect(signer.verify(token, session.exp * 1000)).toBe('expired');
});

test('of a token whose time is over can be read what it says, and of another kind nothing', () => {
  const token = signer.sign('session', { ...session, exp: 0 });
  expect(signer.verify(token, NOW_MS)).toBe('expired');
  expect(signer.read('session', token)).toEqual({ ...session, exp: 0 });
  expect(signer.read('queue', token)).toBeNull();
  expect(signer.read('session', `${token}x`)).toBeNull();
});

test('a token does not pass for another kind, not even with its header changed', () => {
  const [, payload, signature] = partsOf(signer.sign('session', session));
  const [reservationHeader] = partsOf(signer.sign('reservation', reservation));
  expect(signer.verify(`${reservationHeader}.${payload}.${signature}`, NOW_MS)).toBe('foreign');
});

test('the key secret itself signs nothing', () => {
  const [header, payload] = partsOf(signer.sign('session', session));
  const signature = createHmac('sha256', NEW_KEY.secret).update(`${header}.${payload}`).digest('base64url');
  expect(signer.verify(`${header}.${payload}.${signature}`, NOW_MS)).toBe('foreign');
});

test.each([
  { alg: 'none', typ: 'session+jwt', kid: 'new' },
  { alg: 'HS256', typ: 'JWT', kid: 'new' },
  { alg: 'HS256', typ: 'session+jwt', kid: 'unknown' },
])('takes no other header: %j', (header) => {
  const [, payload, signature] = partsOf(signer.sign('session', session));
  expect(signer.verify(`${encode(header)}.${payload}.${signature}`, NOW_MS)).toBe('foreign');
  expect(signer.verify(`${encode(header)}.${payload}.`, NOW_MS)).toBe('foreign');
});

test('any change to a token makes it foreign', () => {
  const token = signer.sign('reservation', reservation);
  fc.assert(
    fc.property(fc.nat(token.length - 2), fc.constantFrom(...'ABCabc012_-.'), (index, character) => {
      fc.pre(token[index] !== character);
      const changed = token.slice(0, index) + character + token.slice(index + 1);
      expect(signer.verify(changed, NOW_MS)).toBe('foreign');
    }),
  );
});

test('garbage is foreign', () => {
  fc.assert(
    fc.property(fc.string(), (garbage) => {
      expect(signer.verify(garbage, NOW_MS)).toBe('foreign');
    }),
  );
});
