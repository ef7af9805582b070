import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import type { Auth } from '#sdk/contract/operation.ts';
import type { LoadShedder } from './load-shedder.ts';
import type { RateLimits } from './rate-limits.ts';

interface Guards {
  readonly limits: RateLimits;
  readonly shedder: LoadShedder;
  readonly authentication: Readonly<Record<Exclude<Auth, 'none'>, onRequestHookHandler>>;
}

/** What probes and scrapers ask: they come at a steady rate, and must not fail in a storm. */
const UNGUARDED = /^\/(health\/|metrics$)/;

/**
 * Puts what decides about a request before every route that is added from now on, the cheapest first: the limit by
 * address, the load, the token, the limit by user.
 */
export function installGuards(app: FastifyInstance, { limits, shedder, authentication }: Guards): void {
  const byIp = limits.byIp();
  const byUser = limits.byUser();
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (UNGUARDED.test(route.url)) return;
    const auth = route.config?.operation?.auth ?? 'none';
    const guards = [
      byIp,
      shedder.before(route.config?.operation),
      ...(auth === 'none' ? [] : [authentication[auth], byUser]),
    ];
    route.onRequest = [...guards.filter((guard) => guard !== null), ...[route.onRequest ?? []].flat()];
  });
}
