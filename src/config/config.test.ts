import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const SECRET = 'a secret of thirty-two characters';

test.each([
  { env: { AUTH_SECRET: SECRET }, says: 'AUTH_MODE=jwt' },
  { env: { AUTH_MODE: 'guest', AUTH_JWKS_URL: 'https://shop.example.com/keys' }, says: 'AUTH_MODE=jwt' },
  { env: { AUTH_MODE: 'jwt' }, says: 'AUTH_MODE=jwt needs' },
  { env: { AUTH_MODE: 'jwt', AUTH_SECRET: 'short' }, says: 'at least 32 characters' },
  { env: { TOKEN_KEYS: `a:${SECRET},a:${SECRET} of another` }, says: 'a kid of its own' },
  { env: { TOKEN_KEYS: SECRET }, says: 'kid:secret' },
  { env: { RATE_LIMIT_WINDOW: '0s' }, says: 'at least 1ms' },
  { env: { RATE_LIMIT_WINDOW: '60' }, says: 'a number with its unit' },
  { env: { CAPTCHA_VERIFY_URL: 'https://captcha.example.com/siteverify' }, says: 'go together' },
  { env: { CAPTCHA_SECRET: SECRET }, says: 'go together' },
  { env: { JOIN_LIMIT_PER_IP: '-1' }, says: 'a whole number' },
  { env: { DRAW_BEACON_URL: 'https://api.drand.sh' }, says: 'the hash of a drand chain' },
  { env: { STORE_URL: 'redis://127.0.0.1' }, says: 'leave it unset' },
])('$env is refused in a sentence', ({ env, says }) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(says) }),
  );
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ AUTH_SECRET: '', RATE_LIMIT_WINDOW: ' ' })).toEqual(readConfig({}));
});
