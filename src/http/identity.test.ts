import { createSigner } from 'fast-jwt';
import { expect, test } from 'vitest';
import { createIdentify } from './identity.ts';
import { TokenSigner } from './tokens.ts';

const SECRET = 'a secret that the shop and the server share';
const tokens = new TokenSigner([{ kid: 'a', secret: 'the secret of this server, kept in a file' }]);
const ofShop = createIdentify({ mode: 'jwt', secret: SECRET }, tokens);
const NOON_MS = Date.UTC(2024, 4, 1, 12);

test.each<[unknown, number | null]>([
  ['2024-05-01T12:00:00Z', NOON_MS],
  ['2024-05-01T12:00:00.250Z', NOON_MS + 250],
  ['2024-05-01T14:00:00+02:00', NOON_MS],
  ['2024-05-01', Date.UTC(2024, 4, 1)],
  ['2024-13-01T00:00:00Z', null],
  ['1 May 2024', null],
  ['2024-05-01T12:00:00', null],
  ['', null],
  [NOON_MS, null],
  [true, null],
  [['2024-05-01'], null],
  [undefined, null],
])('account_created_at of %j', async (claim, accountCreatedAtMs) => {
  const token = createSigner({ key: SECRET })({ sub: 'ann', account_created_at: claim });
  expect(await ofShop(token, 0)).toEqual({ userId: 'ann', accountCreatedAtMs, expiresAtMs: null });
});

test('a guest is as old as the token', async () => {
  const ofGuest = createIdentify({ mode: 'guest' }, tokens);
  const token = tokens.sign('session', { sub: 'guest-1', iat: NOON_MS / 1000, exp: NOON_MS / 1000 + 60 });
  expect(await ofGuest(token, NOON_MS)).toEqual({
    userId: 'guest-1',
    accountCreatedAtMs: NOON_MS,
    expiresAtMs: NOON_MS + 60_000,
  });
});
