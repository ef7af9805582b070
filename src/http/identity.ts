import { createVerifier, TokenError } from 'fast-jwt';
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { AuthConfig } from '../config/config.ts';
import type { TokenSigner } from './tokens.ts';

export interface User {
  readonly userId: string;
  /** Epoch milliseconds. Null: the token does not say, or says it so that nobody can understand. */
  readonly accountCreatedAtMs: number | null;
  /** Of the token; epoch milliseconds. Null: the token does not say. */
  readonly expiresAtMs: number | null;
}

/** Who a bearer token says its bearer is. */
export type Identity = User | 'unauthenticated' | 'token_expired';

/** Says whose a buyer's token is. At once where that can be, since every purchase asks. */
export type Identify = (token: string, nowMs: number) => Identity | Promise<Identity>;

/** The shop's keys cannot be had: whether a token is valid is unknown. */
export class IdentityProviderUnavailable extends Error {
  readonly code = 'identity_provider_unavailable';
  readonly retryable = true;
}

const KEYS_TIMEOUT_MS = 3_000;
const KEYS_MAX_AGE_MS = 600_000;
/** Asymmetric ones only: with a shared secret, whoever can verify could also sign. */
const JWKS_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const USER_ID = /^[!-~]{1,100}$/;
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

export function createIdentify(auth: AuthConfig, tokens: TokenSigner): Identify {
  switch (auth.mode) {
    case 'guest':
      return (token, nowMs) => identifyGuest(tokens, token, nowMs);
    case 'jwt':
      return identifyBySecret(auth.secret);
    case 'jwks':
      return identifyByKeySet(auth.url);
  }
}

function identifyGuest(tokens: TokenSigner, token: string, nowMs: number): Identity {
  const verdict = tokens.verify(token, nowMs);
  if (verdict === 'expired') return 'token_expired';
  if (verdict === 'foreign' || verdict.kind !== 'session') return 'unauthenticated';
  const { sub, iat, exp } = verdict.claims;
  return { userId: sub, accountCreatedAtMs: iat * 1000, expiresAtMs: exp * 1000 };
}

function identifyBySecret(secret: string): Identify {
  const verify = createVerifier({ key: secret, algorithms: ['HS256'] });
  return (token) => {
    try {
      return identityOf(verify(token));
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return error.code === TokenError.codes.expired ? 'token_expired' : 'unauthenticated';
    }
  };
}

function identifyByKeySet(url: string): Identify {
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: KEYS_TIMEOUT_MS, cacheMaxAge: KEYS_MAX_AGE_MS });
  return async (token) => {
    try {
      return identityOf((await jwtVerify(token, keys, { algorithms: JWKS_ALGORITHMS })).payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 'token_expired';
      if (TOKEN_FAULTS.some((fault) => error instanceof fault)) return 'unauthenticated';
      throw new IdentityProviderUnavailable('The keys of the identity provider cannot be had.', { cause: error });
    }
  };
}

const TOKEN_FAULTS = [
  errors.JWTInvalid,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
];

function identityOf({ sub, exp, account_created_at: createdAt }: JWTPayload): Identity {
  if (typeof sub !== 'string' || !USER_ID.test(sub)) return 'unauthenticated';
  return { userId: sub, accountCreatedAtMs: timeOrNull(createdAt), expiresAtMs: exp === undefined ? null : exp * 1000 };
}

function timeOrNull(claim: unknown): number | null {
  const ms = typeof claim === 'string' && ISO_8601.test(claim) ? Date.parse(claim) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
