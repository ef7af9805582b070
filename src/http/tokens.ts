import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { AdminRole } from '#sdk/contract/admin-session.ts';
import type { TokenKey } from '../config/config.ts';

/** What each kind of token says. Times are seconds since the epoch, as JWT has them. */
export interface TokenClaims {
  session: {
    readonly sub: string;
    readonly iat: number;
    readonly exp: number;
  };
  /** A place in the waiting room of a sale. */
  queue: {
    readonly sub: string;
    readonly sale_id: string;
    readonly ticket: number;
    /** In a sale with a draw: makes the holder's entry in the published list recognisable to them. */
    readonly entry_nonce?: string;
    readonly iat: number;
    readonly exp: number;
  };
  /** The right to buy. The store decides by its own clock whether it still stands; `exp` is for the eye. */
  admission: {
    readonly sub: string;
    readonly sale_id: string;
    readonly ticket: number;
    /** With the ticket, what names the admission. Epoch milliseconds. */
    readonly admitted_at_ms: number;
    readonly iat: number;
    readonly exp: number;
  };
  /** Somebody at the console. */
  admin_session: {
    readonly sub: AdminRole;
    /** Digest of the token that the session began with. */
    readonly credential: string;
    /** Of the sign-in. */
    readonly iat: number;
    readonly exp: number;
  };
  /** A buyer whom the shop has signed in, on the pages of the storefront. */
  buyer_session: {
    readonly sub: string;
    /** Epoch milliseconds. Null: the shop's token did not say. */
    readonly account_created_at_ms: number | null;
    readonly iat: number;
    readonly exp: number;
  };
  reservation: {
    readonly sub: string;
    readonly order_id: string;
    readonly sale_id: string;
    readonly items: readonly {
      readonly sku_id: string;
      readonly quantity: number;
      readonly unit_price_minor: number;
    }[];
    readonly total_minor: number;
    readonly currency: string;
    /** ISO 8601. */
    readonly payment_deadline: string;
    readonly iat: number;
    readonly exp: number;
  };
}

export type TokenKind = keyof TokenClaims;

type VerifiedToken = {
  [Kind in TokenKind]: { readonly kind: Kind; readonly claims: TokenClaims[Kind] };
}[TokenKind];

/** `foreign`: not one of ours, or not one any longer. */
export type TokenVerdict = VerifiedToken | 'foreign' | 'expired';

interface DerivedKey {
  readonly kind: TokenKind;
  readonly key: KeyObject;
}

const KINDS: readonly TokenKind[] = ['session', 'queue', 'admission', 'admin_session', 'buyer_session', 'reservation'];
const DIGEST_BYTES = 32;

interface SigningKey {
  readonly header: string;
  readonly key: KeyObject;
}

/**
 * Tidegate's own tokens: JWT, HS256. Each kind has a key of its own and names itself in the header (`typ`), so that
 * no token passes for another kind. Signing the same claims twice gives the same token.
 *
 * Own code rather than fast-jwt: the header is one of a few known strings, so a token is verified with one HMAC and
 * one parse. Measured with 300-byte tokens: 2.1 µs to sign against 3.1, 2.8 µs to verify against 3.6; a purchase does both.
 */
export class TokenSigner {
  readonly #signing: Readonly<Record<TokenKind, SigningKey>>;
  readonly #byHeader = new Map<string, DerivedKey>();

  /** The first key signs, all of them verify. */
  constructor(keys: readonly TokenKey[]) {
    const [first] = keys;
    if (!first) throw new RangeError('tokens need at least one key');
    for (const { kid, secret } of keys) {
      for (const kind of KINDS) this.#byHeader.set(headerOf(kind, kid), { kind, key: deriveKey(secret, kind) });
    }
    const signing = (kind: TokenKind) => ({ header: headerOf(kind, first.kid), key: deriveKey(first.secret, kind) });
    this.#signing = {
      session: signing('session'),
      queue: signing('queue'),
      admission: signing('admission'),
      admin_session: signing('admin_session'),
      buyer_session: signing('buyer_session'),
      reservation: signing('reservation'),
    };
  }

  sign<Kind extends TokenKind>(kind: Kind, claims: TokenClaims[Kind]): string {
    const { header, key } = this.#signing[kind];
    const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  }

  verify(token: string, nowMs: number): TokenVerdict {
    const derived = this.#derivedFor(token);
    if (!derived || !isSignedBy(derived.key, token)) return 'foreign';
    const claims = claimsOf(token);
    return hasExpired(claims, nowMs) ? 'expired' : { kind: derived.kind, claims };
  }

  /** What a token of one kind says, whether its time is over or not. Null for one that is not ours, or of another kind. */
  read<Kind extends TokenKind>(kind: Kind, token: string): TokenClaims[Kind] | null {
    const derived = this.#derivedFor(token);
    return derived?.kind === kind && isSignedBy(derived.key, token) ? claimsOf(token) : null;
  }

  #derivedFor(token: string): DerivedKey | undefined {
    return this.#byHeader.get(token.slice(0, token.indexOf('.')));
  }
}

export function hasExpired({ exp }: { readonly exp: number }, nowMs: number): boolean {
  return nowMs >= exp * 1000;
}

/** Of a token that has been verified: what we signed is JSON. */
function claimsOf(token: string) {
  const payload = token.slice(token.indexOf('.') + 1, token.lastIndexOf('.'));
  return JSON.parse(Buffer.from(payload, 'base64url').toString());
}

function isSignedBy(key: KeyObject, token: string): boolean {
  const payloadEnd = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(payloadEnd + 1), 'base64url');
  if (given.length !== DIGEST_BYTES) return false;
  return timingSafeEqual(given, createHmac('sha256', key).update(token.slice(0, payloadEnd)).digest());
}

function headerOf(kind: TokenKind, kid: string): string {
  return Buffer.from(JSON.stringify({ alg: 'HS256', typ: `${kind}+jwt`, kid })).toString('base64url');
}

function deriveKey(secret: string, kind: TokenKind): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `tidegate ${kind} token`, DIGEST_BYTES)));
}
