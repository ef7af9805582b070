import { hash } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { AdminRole } from '#sdk/contract/admin-session.ts';
import type { AdminTokens } from './admin-tokens.ts';
import { hasExpired, type TokenClaims, type TokenSigner } from './tokens.ts';

export type AdminSession = TokenClaims['admin_session'];

interface AdminSessionOptions {
  readonly tokens: TokenSigner;
  readonly adminTokens: AdminTokens;
  readonly clock: () => number;
}

/** Name of the cookie. */
export const ADMIN_COOKIE = 'tidegate_admin';
/** No page needs it, and no other route is sent it. */
const COOKIE_PATH = '/api/v1/admin';
const IDLE_S = 30 * 60;
/** However busy somebody is. */
const LONGEST_S = 12 * 3_600;

/**
 * Sessions of the console. All there is of one stands in its signed cookie, so that any gateway takes it; it ends with
 * the token that it began with, since it carries that token's digest.
 */
export class AdminSessions {
  readonly #tokens: TokenSigner;
  readonly #clock: () => number;
  readonly #credentials: Readonly<Record<AdminRole, string | null>>;

  constructor({ tokens, adminTokens, clock }: AdminSessionOptions) {
    this.#tokens = tokens;
    this.#clock = clock;
    const { operator, viewer } = adminTokens;
    this.#credentials = { operator: credentialOf(operator), viewer: viewer === null ? null : credentialOf(viewer) };
  }

  /** For somebody who has just shown the token of `role`. */
  begin(role: AdminRole): AdminSession {
    const nowS = Math.floor(this.#clock() / 1000);
    return { sub: role, credential: this.#credentials[role] ?? '', iat: nowS, exp: nowS + IDLE_S };
  }

  /** The session of a request's cookie; null for none, or one that is not ours any longer. */
  read({ headers }: Pick<FastifyRequest, 'headers'>): AdminSession | 'expired' | null {
    const cookie = parseCookie(headers.cookie ?? '')[ADMIN_COOKIE];
    const session = cookie === undefined ? null : this.#tokens.read('admin_session', cookie);
    if (!session || session.credential !== this.#credentials[session.sub]) return null;
    return hasExpired(session, this.#clock()) ? 'expired' : session;
  }

  prolong(session: AdminSession): AdminSession {
    const exp = Math.min(Math.floor(this.#clock() / 1000) + IDLE_S, session.iat + LONGEST_S);
    return { ...session, exp };
  }

  /** Value of `Set-Cookie`. Without TLS, as on a developer's machine, browsers would drop a secure cookie. */
  cookieOf(session: AdminSession, { protocol }: Pick<FastifyRequest, 'protocol'>): string {
    const maxAge = Math.max(0, session.exp - Math.floor(this.#clock() / 1000));
    return setCookie(this.#tokens.sign('admin_session', session), maxAge, protocol);
  }

  /** Value of `Set-Cookie` that takes the cookie away. */
  noCookie({ protocol }: Pick<FastifyRequest, 'protocol'>): string {
    return setCookie('', 0, protocol);
  }
}

function setCookie(value: string, maxAge: number, protocol: string): string {
  const secure = protocol === 'https';
  return stringifySetCookie({
    name: ADMIN_COOKIE,
    value,
    maxAge,
    path: COOKIE_PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure,
  });
}

function credentialOf(token: string): string {
  return hash('sha256', `tidegate admin session of ${token}`, 'base64url');
}
