import { join, resolve } from 'node:path';
import { readBrand } from './brand.ts';
import { readChannels } from './channels.ts';
import { ConfigError, type Environment, EnvReader } from './env.ts';
import { readTopology, type Topology } from './topology.ts';
import { readTracing } from './tracing.ts';

export type Config = ReturnType<typeof readConfig>;

export type PaymentConfig =
  | { readonly kind: 'simulated'; readonly directory: string }
  | { readonly kind: 'http'; readonly url: string; readonly secret: string };

export type AuthConfig =
  | { readonly mode: 'guest' }
  | { readonly mode: 'jwt'; readonly secret: string }
  | { readonly mode: 'jwks'; readonly url: string };

/** Null: nobody can be asked whether a CAPTCHA was solved. */
export type CaptchaConfig = { readonly url: string; readonly secret: string } | null;

const GATEWAY_PORT = 8000;
const PROCESSOR_PORT = 9090;
/** A balancer that asks every two seconds has noticed by then. */
const GATEWAY_DRAIN_MS = 5_000;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/**
 * What the environment asks for, with every default decided. Throws `ConfigError` for a value or a combination that
 * cannot be.
 */
export function readConfig(environment: Environment) {
  const env = new EnvReader(environment);
  const production = env.text('NODE_ENV') === 'production';
  const dataDir = resolve(env.text('DATA_DIR') ?? './data');
  const topology = readTopology(env, dataDir);
  const auth = authConfig(env, production);
  const payment = paymentConfig(env, dataDir, production);
  refuseScatteredPayments(topology, payment);
  return {
    production,
    dataDir,
    ...topology,
    logLevel: env.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    http: {
      host: env.text('HOST') ?? '127.0.0.1',
      port: env.integer('PORT', topology.role === 'processor' ? PROCESSOR_PORT : GATEWAY_PORT, 0, 65_535),
      trustedProxies: env.list('TRUSTED_PROXIES'),
      corsOrigins: env.list('CORS_ORIGINS'),
      publicUrl: env.url('PUBLIC_URL', ['http', 'https']),
      imageOrigins: imageOrigins(env),
    },
    auth,
    loginUrl: loginUrl(env, auth, production),
    tokens: tokenConfig(env, production && topology.store.kind === 'redis'),
    drainMs: env.durationMs('DRAIN_TIME', topology.role === 'gateway' ? GATEWAY_DRAIN_MS : 0),
    rateLimits: {
      perIp: env.integer('RATE_LIMIT_PER_IP', 600, 0),
      perUser: env.integer('RATE_LIMIT_PER_USER', 60, 0),
      windowMs: env.durationMs('RATE_LIMIT_WINDOW', 60_000, 1),
    },
    entrance: {
      joinsPerAddress: env.integer('JOIN_LIMIT_PER_IP', 120, 0),
      accountsPerDevice: env.integer('JOIN_LIMIT_PER_DEVICE', 5, 0, 100),
    },
    captcha: captchaConfig(env),
    idempotencyTtlMs: env.durationMs('IDEMPOTENCY_TTL', 24 * 3_600_000),
    workerConcurrency: env.integer('WORKER_CONCURRENCY', 10, 1, 1000),
    retry: { attempts: env.integer('RETRY_ATTEMPTS', 3, 1, 100), baseMs: env.durationMs('RETRY_BASE', 2_000) },
    breaker: {
      failureThreshold: env.integer('CIRCUIT_BREAKER_FAILURE_THRESHOLD', 5, 1),
      successThreshold: env.integer('CIRCUIT_BREAKER_SUCCESS_THRESHOLD', 2, 1),
      baseOpenMs: env.durationMs('CIRCUIT_BREAKER_BASE_TIMEOUT', 30_000),
      maxOpenMs: env.durationMs('CIRCUIT_BREAKER_MAX_TIMEOUT', 300_000),
    },
    drawBeaconUrl: drawBeaconUrl(env),
    payment,
    paymentCallbackUrl: paymentCallbackUrl(env),
    ...readChannels(env),
    tracing: readTracing(env, topology.role),
    brand: readBrand(env),
    build: {
      version: env.text('APP_VERSION') ?? 'dev',
      color: env.text('COLOR') ?? 'none',
      buildTime: env.text('BUILD_TIME'),
      commit: env.text('GIT_COMMIT'),
    },
  };
}

/** What a Content-Security-Policy may name: a scheme, a host, perhaps a port, and nothing that could end the list. */
function imageOrigins(env: EnvReader): string[] {
  const origins = env.list('IMAGE_ORIGINS');
  const wrong = origins.find((origin) => !/^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/.test(origin));
  if (wrong === undefined) return origins;
  throw new ConfigError(`IMAGE_ORIGINS must list origins such as https://images.example.com, and has "${wrong}".`);
}

function authConfig(env: EnvReader, production: boolean): AuthConfig {
  const mode = env.text('AUTH_MODE');
  const secret = env.text('AUTH_SECRET');
  const jwksUrl = env.url('AUTH_JWKS_URL', ['http', 'https']);
  if (mode === null && production)
    throw new ConfigError('In production AUTH_MODE must be set: jwt, or guest to let everybody in.');
  if (env.oneOf('AUTH_MODE', ['guest', 'jwt'], 'guest') === 'guest') {
    if (!secret && !jwksUrl) return { mode: 'guest' };
    throw new ConfigError(
      'AUTH_SECRET and AUTH_JWKS_URL are for AUTH_MODE=jwt: without it everybody is let in as a guest.',
    );
  }
  if (secret && jwksUrl) throw new ConfigError('Set AUTH_SECRET or AUTH_JWKS_URL, not both.');
  if (jwksUrl) return { mode: 'jwks', url: jwksUrl };
  if (secret && secret.length >= 32) return { mode: 'jwt', secret };
  throw new ConfigError('AUTH_MODE=jwt needs AUTH_JWKS_URL, or an AUTH_SECRET of at least 32 characters.');
}

/** Where the shop signs its buyers in. Null: nowhere, so that the pages of the storefront sell to guests alone. */
function loginUrl(env: EnvReader, { mode }: AuthConfig, production: boolean): string | null {
  const url = env.url('LOGIN_URL', production ? ['https'] : ['http', 'https']);
  if (url === null) return null;
  if (mode === 'guest') throw new ConfigError('LOGIN_URL is for AUTH_MODE=jwt: guests do not sign in.');
  const { username, password } = new URL(url);
  if (username || password) throw new ConfigError('LOGIN_URL must hold no user name and no password: buyers see it.');
  return url;
}

function paymentConfig(env: EnvReader, dataDir: string, production: boolean): PaymentConfig {
  const url = env.url('PAYMENT_URL', ['http', 'https']);
  const secret = env.text('PAYMENT_SECRET');
  if (url && secret) return { kind: 'http', url, secret };
  if (url) throw new ConfigError('PAYMENT_URL needs PAYMENT_SECRET, the secret that both sides sign with.');
  if (production)
    throw new ConfigError('In production PAYMENT_URL must be set: the simulated provider takes no money.');
  return { kind: 'simulated', directory: join(dataDir, 'simulated-payments') };
}

/** Where the payment service tells of changes. Null: nowhere, payments are looked up. */
function paymentCallbackUrl(env: EnvReader): string | null {
  const publicUrl = env.url('PUBLIC_URL', ['http', 'https']);
  const own = env.url('PAYMENT_CALLBACK_URL', ['http', 'https']);
  return own ?? (publicUrl && new URL('/api/v1/payment-callbacks', publicUrl).href);
}

function captchaConfig(env: EnvReader): CaptchaConfig {
  const url = env.url('CAPTCHA_VERIFY_URL', ['http', 'https']);
  const secret = env.text('CAPTCHA_SECRET');
  if (url && secret) return { url, secret };
  if (url || secret) throw new ConfigError('CAPTCHA_VERIFY_URL and CAPTCHA_SECRET go together: set both, or none.');
  return null;
}

/** Whoever knows the hash of a chain needs to trust nobody for its rounds. */
function drawBeaconUrl(env: EnvReader): string | null {
  const url = env.url('DRAW_BEACON_URL', ['http', 'https']);
  if (url === null || /\/[0-9a-f]{64}\/*$/.test(url)) return url;
  throw new ConfigError(
    'DRAW_BEACON_URL must end with the hash of a drand chain, such as https://api.drand.sh/52db9b….',
  );
}

/** The simulated provider keeps its records in the one process of ROLE=all. */
function refuseScatteredPayments({ role }: Topology, { kind }: PaymentConfig): void {
  if (role !== 'all' && kind === 'simulated')
    throw new ConfigError(`ROLE=${role} needs PAYMENT_URL, the same for every process.`);
}

/** @param shared by several processes, which must not each make their own */
function tokenConfig(env: EnvReader, shared: boolean) {
  const [admin, viewer] = [bearerToken(env, 'ADMIN_TOKEN'), bearerToken(env, 'VIEWER_TOKEN')];
  const keys = tokenKeys(env);
  if (shared && !(admin && keys)) {
    throw new ConfigError('In production STORE_URL needs TOKEN_KEYS and ADMIN_TOKEN, the same for every process.');
  }
  return { admin, viewer, keys };
}

/** What can stand in an `Authorization` header and is not guessed. */
function bearerToken(env: EnvReader, name: string): string | null {
  const token = env.text(name);
  if (token !== null && !/^[\w.~+/=-]{16,}$/.test(token)) {
    throw new ConfigError(`${name} must have at least 16 characters out of letters, digits and -._~+/=.`);
  }
  return token;
}

/** A key that signs Tidegate's own tokens. The first one signs, all of them verify. */
export interface TokenKey {
  readonly kid: string;
  readonly secret: string;
}

function tokenKeys(env: EnvReader): TokenKey[] | null {
  const entries = env.list('TOKEN_KEYS');
  if (entries.length === 0) return null;
  const keys = entries.map((entry) => {
    const [, kid, secret] = /^([\w-]{1,32}):(.{32,})$/.exec(entry) ?? [];
    if (!kid || !secret)
      throw new ConfigError('TOKEN_KEYS must be kid:secret,… with secrets of at least 32 characters.');
    return { kid, secret };
  });
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) {
    throw new ConfigError('TOKEN_KEYS must give each key a kid of its own.');
  }
  return keys;
}
