import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Auth } from '#sdk/contract/operation.ts';
import { Refusal, refuse, sendProblem } from '../errors.ts';
import type { Identify, Identity, User } from '../identity.ts';
import type { TokenClaims, TokenSigner } from '../tokens.ts';

export interface AdminTokens {
  readonly operator: string;
  /** Null: nobody is a viewer. */
  readonly viewer: string | null;
}

/** Who is asking, as a token says. */
export type Caller =
  | ({ readonly kind: 'user' } & User)
  | { readonly kind: 'reservation'; readonly userId: string; readonly reservation: TokenClaims['reservation'] }
  | { readonly kind: 'operator' | 'viewer' };

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
  readonly clock: () => number;
}

type Verdict = Caller | Refusal;
type Authenticate = (token: string) => Verdict | Promise<Verdict>;

const BEARER = /^Bearer +(\S+)$/i;

/** For each kind of token that an operation may ask for, the hook that asks. */
export function createAuthentication(
  options: AuthenticationOptions,
): Record<Exclude<Auth, 'none'>, onRequestHookHandler> {
  const { user, user_or_reservation, operator, viewer } = createAuthenticators(options);
  return {
    user: authenticationHook(user),
    user_or_reservation: authenticationHook(user_or_reservation),
    operator: authenticationHook(operator),
    viewer: authenticationHook(viewer),
  };
}

function createAuthenticators(options: AuthenticationOptions): Record<Exclude<Auth, 'none'>, Authenticate> {
  const { identify, tokens, adminTokens, clock } = options;
  const isOperator = tokenMatcher(adminTokens.operator);
  const isViewer = tokenMatcher(adminTokens.viewer);
  const roleOf = (token: string): 'operator' | 'viewer' | null => {
    const [operator, viewer] = [isOperator(token), isViewer(token)];
    return operator ? 'operator' : viewer ? 'viewer' : null;
  };
  const user: Authenticate = (token) => {
    const identity = identify(token, clock());
    return identity instanceof Promise ? identity.then(userOf) : userOf(identity);
  };
  return {
    user,
    user_or_reservation: (token) => {
      const verdict = tokens.verify(token, clock());
      if (verdict === 'expired') return refuse('token_expired');
      if (verdict === 'foreign' || verdict.kind !== 'reservation') return user(token);
      return { kind: 'reservation', userId: verdict.claims.sub, reservation: verdict.claims };
    },
    viewer: (token) => {
      const role = roleOf(token);
      return role ? { kind: role } : refuse('unauthenticated');
    },
    operator: (token) => {
      const role = roleOf(token);
      if (role === 'viewer') return refuse('forbidden', { detail: 'A viewer may look, and change nothing.' });
      return role ? { kind: role } : refuse('unauthenticated');
    },
  };
}

function authenticationHook(authenticate: Authenticate): onRequestHookHandler {
  return (request, reply, done) => {
    const token = bearerToken(request);
    if (token === null) return sendProblem(reply, refuse('unauthenticated'));
    const verdict = authenticate(token);
    if (verdict instanceof Promise) verdict.then((late) => admit(request, reply, late, done), done);
    else admit(request, reply, verdict, done);
  };
}

function admit(request: FastifyRequest, reply: FastifyReply, verdict: Verdict, done: () => void): void {
  if (verdict instanceof Refusal) {
    sendProblem(reply, verdict);
    return;
  }
  request.caller = verdict;
  done();
}

function bearerToken({ headers }: FastifyRequest): string | null {
  return BEARER.exec(headers.authorization ?? '')?.[1] ?? null;
}

function userOf(identity: Identity): Verdict {
  return typeof identity === 'string' ? refuse(identity) : { kind: 'user', ...identity };
}

/** Compares digests, so that neither length nor content shows in the time that it takes. */
function tokenMatcher(expected: string | null): (token: string) => boolean {
  const digest = hash('sha256', expected ?? '', 'buffer');
  return (token) => timingSafeEqual(hash('sha256', token, 'buffer'), digest) && expected !== null;
}

/** The buyer behind a request whose operation asks for one. */
export function buyerOf({ caller }: FastifyRequest): Extract<Caller, { userId: string }> {
  if (caller?.kind === 'user' || caller?.kind === 'reservation') return caller;
  throw new TypeError('the operation asks for no buyer');
}
