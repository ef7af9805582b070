import { hash } from 'node:crypto';
import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { User } from './identity.ts';
import { hasExpired, type TokenClaims, type TokenSigner } from './tokens.ts';

export type BuyerSession = TokenClaims['buyer_session'];

type Connection = Pick<FastifyRequest, 'protocol'>;

/** Name of the cookie. Over TLS with a prefix that keeps every other host from setting one of its own. */
export const BUYER_COOKIE = 'tidegate_session';
/** Tells pages that somebody is signed in, and when it is somebody else, without saying who. It opens nothing. */
const MARK_COOKIE = 'tidegate_buyer';
/** However long the shop's token is good. */
const LONGEST_S = 24 * 3_600;

/**
 * Sessions of buyers whom the shop has signed in, on the pages of the storefront. All there is of one stands in its
 * signed cookie, so that any gateway takes it. It ends with the shop's token, and after a day at the latest.
 */
export class BuyerSessions {
  readonly #tokens: TokenSigner;
  readonly #clock: () => number;

  constructor({ tokens, clock }: { readonly tokens: TokenSigner; readonly clock: () => number }) {
    this.#tokens = tokens;
    this.#clock = clock;
  }

  /** For somebody who has just come with a token of the shop. */
  begin({ userId, accountCreatedAtMs, expiresAtMs }: User): BuyerSession {
    const nowS = this.#nowS();
    const tokenEndS = expiresAtMs === null ? Number.POSITIVE_INFINITY : Math.floor(expiresAtMs / 1000);
    const exp = Math.min(tokenEndS, nowS + LONGEST_S);
    return { sub: userId, account_created_at_ms: accountCreatedAtMs, iat: nowS, exp };
  }

  /** The session of a request's cookie; null for none, or one that is not ours. */
  read({ headers, protocol }: Pick<FastifyRequest, 'headers' | 'protocol'>): BuyerSession | 'expired' | null {
    const cookie = parseCookie(headers.cookie ?? '')[nameFor(protocol)];
    const session = cookie === undefined ? null : this.#tokens.read('buyer_session', cookie);
    if (!session) return null;
    return hasExpired(session, this.#clock()) ? 'expired' : session;
  }

  /** Whom the shop has signed in here; null for nobody, or nobody any longer. */
  userOf(request: Pick<FastifyRequest, 'headers' | 'protocol'>): User | null {
    const session = this.read(request);
    return session === null || session === 'expired' ? null : sessionUser(session);
  }

  /** Values of `Set-Cookie`. */
  cookiesOf(session: BuyerSession, connection: Connection): string[] {
    const maxAge = Math.max(0, session.exp - this.#nowS());
    return setCookies(this.#tokens.sign('buyer_session', session), markOf(session.sub), maxAge, connection);
  }

  /** Values of `Set-Cookie` that take the cookies away. */
  noCookies(connection: Connection): string[] {
    return setCookies('', '', 0, connection);
  }

  #nowS(): number {
    return Math.floor(this.#clock() / 1000);
  }
}

/** The buyer that a session is of. */
export function sessionUser({ sub, account_created_at_ms, exp }: BuyerSession): User {
  return { userId: sub, accountCreatedAtMs: account_created_at_ms, expiresAtMs: exp * 1000 };
}

function setCookies(session: string, mark: string, maxAge: number, { protocol }: Connection): string[] {
  const secure = protocol === 'https';
  const shared = { maxAge, path: '/', sameSite: 'lax', secure } satisfies Partial<SetCookie>;
  return [
    stringifySetCookie({ ...shared, name: nameFor(protocol), value: session, httpOnly: true }),
    stringifySetCookie({ ...shared, name: MARK_COOKIE, value: mark }),
  ];
}

/** Without TLS, as on a developer's machine, browsers would drop a secure cookie. */
function nameFor(protocol: string): string {
  return protocol === 'https' ? `__Host-${BUYER_COOKIE}` : BUYER_COOKIE;
}

function markOf(userId: string): string {
  return hash('sha256', `tidegate buyer ${userId}`, 'base64url').slice(0, 16);
}
