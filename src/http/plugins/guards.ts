import type { FastifyInstance, FastifyReply, onRequestHookHandler } from 'fastify';
import type { Auth, Operation } from '#sdk/contract/operation.ts';
import { Refusal, sendProblem } from '../errors.ts';
import type { Authenticate } from './authentication.ts';
import type { LoadShedder } from './load-shedder.ts';
import type { RateLimits } from './rate-limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Nothing stands before the route: it costs less than what would decide about it. */
    unguarded?: true;
    /** For a route that serves no operation: under load it is refused no sooner than this one. */
    shedAs?: Operation;
  }
}

interface Guards {
  readonly limits: RateLimits;
  readonly shedder: LoadShedder;
  readonly authentication: Readonly<Record<Exclude<Auth, 'none'>, Authenticate>>;
}

/** What probes and scrapers ask, at a steady rate, must not fail in a storm; files cost less than to decide about them. */
const UNGUARDED = /^\/(health\/|assets\/|images\/|metrics$)/;

/**
 * Puts what decides about a request before every route that is added from now on, the cheapest first: the load, the
 * token, and the limits by address and by user, which are asked together.
 */
export function installGuards(app: FastifyInstance, { limits, shedder, authentication }: Guards): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (UNGUARDED.test(route.url) || route.config?.unguarded) return;
    const { auth = 'none', unmetered = false } = route.config?.operation ?? {};
    const limit = unmetered ? null : limitHook(limits);
    const guards = [
      shedder.before(route.config?.shedAs ?? route.config?.operation),
      auth === 'none' ? limit : authenticationHook(authentication[auth], limits),
    ];
    route.onRequest = [...guards.filter((guard) => guard !== null), ...[route.onRequest ?? []].flat()];
  });
}

/** For requests whose callers stay unknown. */
export function limitHook(limits: RateLimits): onRequestHookHandler {
  return (request, reply, done) => pass(limits.check(request, reply), reply, done);
}

/** Who is refused counts too: nobody tries tokens without end. */
function authenticationHook(authenticate: Authenticate, limits: RateLimits): onRequestHookHandler {
  return (request, reply, done) => {
    const conclude = (verdict: Awaited<ReturnType<Authenticate>>) => {
      const refusal = verdict instanceof Refusal ? verdict : null;
      if (!(verdict instanceof Refusal)) request.caller = verdict;
      const limited = limits.check(request, reply);
      pass(limited instanceof Promise ? limited.then((late) => late ?? refusal) : (limited ?? refusal), reply, done);
    };
    const verdict = authenticate(request, reply);
    if (verdict instanceof Promise) verdict.then(conclude).catch(done);
    else conclude(verdict);
  };
}

type Done = (error?: Error) => void;

function pass(refusal: Promise<Refusal | null> | Refusal | null, reply: FastifyReply, done: Done): void {
  if (refusal instanceof Promise) refusal.then((late) => pass(late, reply, done)).catch(done);
  else if (refusal) sendProblem(reply, refusal);
  else done();
}
