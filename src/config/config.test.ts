import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const SECRET = 'a secret of thirty-two characters';
const REDIS = 'redis://127.0.0.1';
const POSTGRES = 'postgres://127.0.0.1/tidegate';
const PAYMENT = { PAYMENT_URL: 'https://payments.example.com', PAYMENT_SECRET: SECRET };
const SHOP_TOKENS = { AUTH_MODE: 'jwt', AUTH_SECRET: SECRET };
const PRODUCTION = { NODE_ENV: 'production', AUTH_MODE: 'guest', ...PAYMENT };

test.each([
  { env: { AUTH_SECRET: SECRET }, says: 'AUTH_MODE=jwt' },
  { env: { AUTH_MODE: 'guest', AUTH_JWKS_URL: 'https://shop.example.com/keys' }, says: 'AUTH_MODE=jwt' },
  { env: { AUTH_MODE: 'jwt' }, says: 'AUTH_MODE=jwt needs' },
  { env: { LOGIN_URL: 'https://shop.example/login' }, says: 'LOGIN_URL is for AUTH_MODE=jwt' },
  {
    env: { ...SHOP_TOKENS, LOGIN_URL: 'shop.example/login' },
    says: 'LOGIN_URL must be a URL that begins with http://',
  },
  { env: { ...SHOP_TOKENS, LOGIN_URL: 'javascript:alert(1)' }, says: 'LOGIN_URL must be a URL' },
  { env: { ...SHOP_TOKENS, LOGIN_URL: 'https://me:pw@shop.example/login' }, says: 'no user name and no password' },
  {
    env: { ...PRODUCTION, ...SHOP_TOKENS, LOGIN_URL: 'http://shop.example/login' },
    says: 'LOGIN_URL must be a URL that begins with https://',
  },
  { env: { AUTH_MODE: 'jwt', AUTH_SECRET: 'short' }, says: 'at least 32 characters' },
  { env: { TOKEN_KEYS: `a:${SECRET},a:${SECRET} of another` }, says: 'a kid of its own' },
  { env: { TOKEN_KEYS: SECRET }, says: 'kid:secret' },
  { env: { RATE_LIMIT_WINDOW: '0s' }, says: 'at least 1ms' },
  { env: { RATE_LIMIT_WINDOW: '60' }, says: 'a number with its unit' },
  { env: { CAPTCHA_VERIFY_URL: 'https://captcha.example.com/siteverify' }, says: 'go together' },
  { env: { CAPTCHA_SECRET: SECRET }, says: 'go together' },
  { env: { SMTP_URL: 'smtp://127.0.0.1' }, says: 'go together' },
  { env: { MAIL_FROM: 'orders@shop.example' }, says: 'go together' },
  { env: { SMTP_URL: 'smtp://127.0.0.1', MAIL_FROM: 'Shop' }, says: 'MAIL_FROM must be an address' },
  { env: { SMTP_URL: 'http://127.0.0.1', MAIL_FROM: 'orders@shop.example' }, says: 'begins with smtp://' },
  { env: { WEBHOOK_URL: 'https://shop.example/hook' }, says: 'go together' },
  { env: { WEBHOOK_SECRET: SECRET }, says: 'go together' },
  { env: { JOIN_LIMIT_PER_IP: '-1' }, says: 'a whole number' },
  { env: { DRAW_BEACON_URL: 'https://api.drand.sh' }, says: 'the hash of a drand chain' },
  { env: { STORE_URL: 'http://127.0.0.1' }, says: 'begins with redis://' },
  { env: { STORE_URL: 'redis://:secret@127.0.0.1:99999' }, says: 'STORE_URL must name its servers' },
  { env: { STORE_URL: 'redis+sentinel://one:26379,/shop' }, says: 'STORE_URL must name its servers' },
  { env: { ROLE: 'gateway' }, says: 'needs STORE_URL and DATABASE_URL' },
  { env: { ROLE: 'processor', STORE_URL: REDIS }, says: 'needs STORE_URL and DATABASE_URL' },
  { env: { ROLE: 'gateway', DATABASE_URL: POSTGRES }, says: 'needs STORE_URL and DATABASE_URL' },
  { env: { ROLE: 'gateway', STORE_URL: REDIS, DATABASE_URL: POSTGRES }, says: 'needs PAYMENT_URL' },
  { env: { ROLE: 'worker' }, says: 'one of all, gateway, processor' },
  { env: { ORDER_LOG_URL: 'kafka://127.0.0.1:9092' }, says: 'needs STORE_URL' },
  { env: { ORDER_LOG_URL: 'kafka://one', STORE_URL: REDIS }, says: 'kafka://one:9092,two:9092' },
  { env: { ORDER_LOG_URL: 'kafka+tls://shop@one:9096', STORE_URL: REDIS }, says: 'user:password@one:9096' },
  { env: { ORDER_LOG_URL: 'kafka+tls://one:9096?sasl=plain', STORE_URL: REDIS }, says: 'nobody to sign in' },
  { env: { ORDER_LOG_URL: 'kafka+tls://shop:p@one:9096?sasl=md5', STORE_URL: REDIS }, says: '?sasl=scram-sha-512' },
  { env: { ORDER_LOG_URL: 'kafka://shop:p@one:9092?sasl=plain', STORE_URL: REDIS }, says: 'must be kafka+tls://' },
  { env: { ORDER_LOG_URL: 'kafka+tls://shop:100%@one:9096', STORE_URL: REDIS }, says: 'percent-encoded' },
  { env: { DATABASE_REPLICA_URL: POSTGRES }, says: 'needs DATABASE_URL' },
  { env: { STORE_DURABILITY: 'memory' }, says: 'is for STORE_URL' },
  { env: { STORE_DURABILITY: 'disk', STORE_URL: REDIS }, says: 'one of aof, replica, memory' },
  { env: { ...PRODUCTION, STORE_URL: REDIS, TOKEN_KEYS: `a:${SECRET}` }, says: 'the same for every process' },
  { env: { ...PRODUCTION, STORE_URL: REDIS, ADMIN_TOKEN: 'operator-of-the-shop' }, says: 'the same for every process' },
])('$env is refused in a sentence', ({ env, says }) => {
  expect(() => readConfig(env)).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(says) }),
  );
});

test('an empty variable counts as unset', () => {
  expect(readConfig({ AUTH_SECRET: '', RATE_LIMIT_WINDOW: ' ' })).toEqual(readConfig({}));
});

test('the payment service calls back where buyers come in, unless it is told otherwise', () => {
  const PUBLIC_URL = 'https://shop.example';
  const PAYMENT_CALLBACK_URL = 'http://proxy:8000/api/v1/payment-callbacks';
  expect(readConfig({}).paymentCallbackUrl).toBeNull();
  expect(readConfig({ PUBLIC_URL }).paymentCallbackUrl).toBe('https://shop.example/api/v1/payment-callbacks');
  expect(readConfig({ PUBLIC_URL, PAYMENT_CALLBACK_URL }).paymentCallbackUrl).toBe(PAYMENT_CALLBACK_URL);
});

test('three URLs make one of many processes', () => {
  const env = { STORE_URL: REDIS, DATABASE_URL: POSTGRES, ORDER_LOG_URL: 'kafka://one:9092,[::1]:9093/', ...PAYMENT };
  expect(readConfig({ ...env, ROLE: 'processor' })).toMatchObject({
    role: 'processor',
    http: { port: 9090 },
    store: { kind: 'redis', url: REDIS, durability: 'aof' },
    orderLog: { kind: 'kafka', cluster: { brokers: ['one:9092', '[::1]:9093'], tls: false, signIn: null } },
    ledger: { kind: 'postgres', url: POSTGRES, replicaUrl: null },
  });
});

test.each([
  ['kafka+tls://one:9094,two:9094', null],
  ['kafka+tls://shop:p%40ss@one:9094,two:9094', { mechanism: 'SCRAM-SHA-512', username: 'shop', password: 'p@ss' }],
  ['kafka+tls://key:secret@one:9094,two:9094/?sasl=plain', { mechanism: 'PLAIN', username: 'key', password: 'secret' }],
])('%s says how brokers are spoken to, and by whom', (ORDER_LOG_URL, signIn) => {
  const cluster = { brokers: ['one:9094', 'two:9094'], tls: true, signIn };
  expect(readConfig({ STORE_URL: REDIS, ORDER_LOG_URL }).orderLog).toEqual({ kind: 'kafka', cluster });
});

test('the order log follows the store', () => {
  expect(readConfig({}).orderLog).toEqual({ kind: 'embedded', outboxMax: 1_000_000 });
  const url = 'redis+sentinel://:se,cret@one:26379,two:26379/main';
  expect(readConfig({ STORE_URL: url }).orderLog).toEqual({ kind: 'redis' });
});
