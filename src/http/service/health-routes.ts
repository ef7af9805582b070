import type { FastifyInstance } from 'fastify';
import { checkLiveness, checkReadiness, checkStartup, type Readiness } from '#sdk/contract/health.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import type { Draining } from '../draining.ts';
import { route } from '../route.ts';
import type { CheckAll } from './dependency-checks.ts';

export interface HealthPorts {
  readonly role: Readiness['role'];
  readonly checkAll: CheckAll;
  /** Circuit breakers by dependency. */
  readonly breakers: () => Readonly<Record<string, BreakerState>>;
  readonly draining: Draining;
}

export function addHealthRoutes(app: FastifyInstance, { role, checkAll, breakers, draining }: HealthPorts): void {
  route(app, checkLiveness, () => ({ status: 'alive' as const }));
  // The process listens only once it has started: that it answers is the answer.
  route(app, checkStartup, () => ({ status: 'started' as const }));
  route(app, checkReadiness, async (_request, reply): Promise<Readiness> => {
    const { checks, able } = await checkAll();
    const ready = able && !draining.begun;
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not_ready', role, checks, breakers: { ...breakers() } };
  });
}
