import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AdminRole } from '#sdk/contract/admin-session.ts';
import type { Auth } from '#sdk/contract/operation.ts';
import { CONSOLE_HEADER, STOREFRONT_HEADER } from '#sdk/contract/session-headers.ts';
import type { TicketRef } from '../../domain/queueing.ts';
import type { AdminSession, AdminSessions } from '../admin-sessions.ts';
import { type AdminTokens, adminRoles } from '../admin-tokens.ts';
import { type BuyerSessions, sessionUser } from '../buyer-sessions.ts';
import { Refusal, refuse } from '../errors.ts';
import type { Identify, Identity, User } from '../identity.ts';
import { isSameOrigin } from '../same-origin.ts';
import { hasExpired, type TokenClaims, type TokenSigner } from '../tokens.ts';

/** Who is asking, as a token says. */
export type Caller =
  | ({ readonly kind: 'user' } & User)
  | { readonly kind: 'reservation'; readonly userId: string; readonly reservation: TokenClaims['reservation'] }
  | { readonly kind: 'queue'; readonly userId: string; readonly place: TokenClaims['queue'] }
  | { readonly kind: 'admission'; readonly userId: string; readonly admission: TokenClaims['admission'] }
  /** Without a session: whoever works here came with a token. */
  | { readonly kind: AdminRole; readonly session: AdminSession | null };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on routes whose operation asks for a token. */
    caller: Caller | null;
  }
}

interface AuthenticationOptions {
  readonly identify: Identify;
  readonly tokens: TokenSigner;
  readonly adminTokens: AdminTokens;
  readonly adminSessions: AdminSessions;
  /** Null: nobody signs in, buyers are guests. */
  readonly buyerSessions: BuyerSessions | null;
  readonly clock: () => number;
}

type Verdict = Caller | Refusal;
/** @param saleId of the path, where it has one */
type ReadToken = (token: string, saleId: string | undefined) => Verdict | Promise<Verdict>;

type ReadSession = (request: FastifyRequest) => Verdict;

/** Who is asking, or why that is not known. The reply is told what the caller's browser is to keep. */
export type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Verdict | Promise<Verdict>;

const OF_ANOTHER_SALE = refuse('forbidden', { detail: 'The token is for another sale.' });

const OF_ANOTHER_SITE = refuse('forbidden', { detail: 'A session of the console is for its own pages alone.' });

const OF_ANOTHER_PAGE = refuse('forbidden', { detail: 'A session of the storefront is for its own pages alone.' });

const BEARER = /^Bearer +(\S+)$/i;

/** For each kind of token that an operation may ask for. */
export function createAuthentication(options: AuthenticationOptions): Record<Exclude<Auth, 'none'>, Authenticate> {
  const buyer = buyerTokenReaders(options);
  const session = bySessionOfBuyer(options.buyerSessions);
  const admin = adminAuthentication(options);
  return {
    user: byToken(buyer.user, session),
    user_or_reservation: byToken(buyer.user_or_reservation, session),
    queue: byToken(buyer.queue),
    admission_or_user: byToken(buyer.admission_or_user, session),
    operator: (request, reply) => operatorAlone(admin(request, reply)),
    viewer: admin,
  };
}

type BuyerAuth = 'user' | 'user_or_reservation' | 'queue' | 'admission_or_user';

function buyerTokenReaders({ identify, tokens, clock }: AuthenticationOptions): Record<BuyerAuth, ReadToken> {
  const user = (token: string) => {
    const identity = identify(token, clock());
    return identity instanceof Promise ? identity.then(callerOf) : callerOf(identity);
  };
  return {
    user,
    user_or_reservation: (token) => {
      const verdict = tokens.verify(token, clock());
      if (verdict === 'expired') return refuse('token_expired');
      if (verdict === 'foreign' || verdict.kind !== 'reservation') return user(token);
      return { kind: 'reservation', userId: verdict.claims.sub, reservation: verdict.claims };
    },
    queue: (token, saleId) => {
      const place = tokens.read('queue', token);
      if (!place) return refuse('unauthenticated');
      if (hasExpired(place, clock())) return refuse('token_expired');
      return place.sale_id === saleId ? { kind: 'queue', userId: place.sub, place } : OF_ANOTHER_SALE;
    },
    // However old it is: the store answers repeats first, and then decides by its own clock.
    admission_or_user: (token, saleId) => {
      const admission = tokens.read('admission', token);
      if (!admission) return user(token);
      return admission.sale_id === saleId ? { kind: 'admission', userId: admission.sub, admission } : OF_ANOTHER_SALE;
    },
  };
}

/** By a token, or by the session of the console. */
function adminAuthentication({
  adminTokens,
  adminSessions,
}: AuthenticationOptions): (request: FastifyRequest, reply: FastifyReply) => Verdict {
  const roleOf = adminRoles(adminTokens);
  return (request, reply) => {
    if (request.headers.authorization === undefined) return bySession(adminSessions, request, reply);
    const token = bearerToken(request);
    const role = token === null ? null : roleOf(token);
    return role ? { kind: role, session: null } : refuse('unauthenticated');
  };
}

/** A cookie comes along with whatever a browser sends: it counts for nothing but what the console asks for. */
function bySession(sessions: AdminSessions, request: FastifyRequest, reply: FastifyReply): Verdict {
  const session = sessions.read(request);
  if (session === null) return refuse('unauthenticated');
  if (session === 'expired') return refuse('token_expired');
  const use = request.headers[CONSOLE_HEADER];
  if (use === undefined || !isSameOrigin(request)) return OF_ANOTHER_SITE;
  if (use !== 'active') return { kind: session.sub, session };
  const prolonged = sessions.prolong(session);
  reply.header('set-cookie', sessions.cookieOf(prolonged, request));
  return { kind: session.sub, session: prolonged };
}

function operatorAlone(verdict: Verdict): Verdict {
  if (verdict instanceof Refusal || verdict.kind === 'operator') return verdict;
  return refuse('forbidden', { detail: 'A viewer may look, and change nothing.' });
}

/** What a cookie says counts for nothing but what a page of the storefront asks for, as at the console. */
function bySessionOfBuyer(sessions: BuyerSessions | null): ReadSession {
  return (request) => {
    const session = sessions?.read(request) ?? null;
    if (session === null) return refuse('unauthenticated');
    if (session === 'expired') return refuse('token_expired');
    if (request.headers[STOREFRONT_HEADER] === undefined || !isSameOrigin(request)) return OF_ANOTHER_PAGE;
    return { kind: 'user', ...sessionUser(session) };
  };
}

/** @param readSession for a caller who brings no token */
function byToken(read: ReadToken, readSession: ReadSession = () => refuse('unauthenticated')): Authenticate {
  return (request) => {
    if (request.headers.authorization === undefined) return readSession(request);
    const token = bearerToken(request);
    const { sale_id: saleId } = request.params as { readonly sale_id?: string };
    return token === null ? refuse('unauthenticated') : read(token, saleId);
  };
}

function bearerToken({ headers }: FastifyRequest): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

function callerOf(identity: Identity): Verdict {
  return typeof identity === 'string' ? refuse(identity) : { kind: 'user', ...identity };
}

/** The buyer behind a request whose operation asks for one. */
export function buyerOf({ caller }: FastifyRequest): Extract<Caller, { userId: string }> {
  if (caller && 'userId' in caller) return caller;
  throw new TypeError('the operation asks for no buyer');
}

/** The place whose token a request shows. */
export function ticketOf({ caller }: FastifyRequest): TicketRef {
  if (caller?.kind !== 'queue') throw new TypeError('the operation asks for no queue token');
  const { sub: userId, sale_id: saleId, ticket } = caller.place;
  return { saleId, userId, ticket };
}

/** The user behind a request whose operation takes nobody else's token. */
export function userOf({ caller }: FastifyRequest): Extract<Caller, { kind: 'user' }> {
  if (caller?.kind !== 'user') throw new TypeError('the operation asks for no user');
  return caller;
}
