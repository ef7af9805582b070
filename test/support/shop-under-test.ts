import { type Client, createClient } from '#sdk/client.ts';
import { TokenSigner } from '../../src/http/tokens.ts';

/** Where the crowds of the tests buy: one server, or many that are one shop. */
export interface ShopUnderTest {
  /** Another one after a restart, or each time it is read. */
  readonly url: string;
  /** For operators. Calls are retried as those of any client. */
  readonly client: Client;
  /** What its processes have written to their logs. */
  readonly log: string;
  /** A session of this buyer. */
  sessionOf(userId: string): string;
}

const ADMIN_TOKEN = 'the-operator-of-the-server-under-test';
const TOKEN_KEY = { kid: 'test', secret: 'signs the sessions of the buyers of this test' };
const SESSION_S = 24 * 3_600;

/** Everybody buys from one address, and payments that failed are tried again soon. */
export const SHOP_ENVIRONMENT = {
  ADMIN_TOKEN,
  TOKEN_KEYS: `${TOKEN_KEY.kid}:${TOKEN_KEY.secret}`,
  RATE_LIMIT_PER_USER: '0',
  RETRY_BASE: '100ms',
  CIRCUIT_BREAKER_BASE_TIMEOUT: '200ms',
  CIRCUIT_BREAKER_MAX_TIMEOUT: '1s',
};

const tokens = new TokenSigner([TOKEN_KEY]);

/** A session of this buyer, at every server with the environment above. */
export function sessionOf(userId: string): string {
  const iat = Math.floor(Date.now() / 1_000);
  return tokens.sign('session', { sub: userId, iat, exp: iat + SESSION_S });
}

/** The operator of every server with the environment above. */
export function operatorAt(url: string): Client {
  return createClient({ baseUrl: url, token: ADMIN_TOKEN, totalTimeoutMs: 60_000 });
}
