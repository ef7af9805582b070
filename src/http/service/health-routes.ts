import type { FastifyInstance } from 'fastify';
import { checkLiveness, checkReadiness, checkStartup, type Readiness } from '#sdk/contract/health.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import { route } from '../route.ts';

type Dependency = keyof Readiness['checks'];

interface HealthPorts {
  readonly checks: Readonly<Record<Dependency, () => Promise<void>>>;
  readonly breakers: () => Readonly<Record<string, BreakerState>>;
  readonly isStopping: () => boolean;
}

const CHECK_TIMEOUT_MS = 1_000;
/** However many ask, the dependencies are asked once in this time. */
const KEEP_MS = 1_000;

/** Without these no sale can be sold. While payments cannot be taken, units still can be reserved. */
const NEEDED: readonly Dependency[] = ['store', 'order_log', 'ledger'];

export function addHealthRoutes(app: FastifyInstance, ports: HealthPorts): void {
  const checkAll = keptFor(KEEP_MS, () => checkDependencies(ports.checks));
  route(app, checkLiveness, () => ({ status: 'alive' as const }));
  // The process listens only once it has started: that it answers is the answer.
  route(app, checkStartup, () => ({ status: 'started' as const }));
  route(app, checkReadiness, async (_request, reply): Promise<Readiness> => {
    const checks = await checkAll();
    const ready = !ports.isStopping() && NEEDED.every((dependency) => checks[dependency] === 'up');
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not_ready', role: 'all', checks, breakers: { ...ports.breakers() } };
  });
}

async function checkDependencies(checks: HealthPorts['checks']): Promise<Readiness['checks']> {
  const [store, orderLog, ledger, payment] = await Promise.all([
    check(checks.store),
    check(checks.order_log),
    check(checks.ledger),
    check(checks.payment),
  ]);
  return { store, order_log: orderLog, ledger, payment };
}

/** A dependency that does not answer in time is as good as one that is down. */
async function check(ask: () => Promise<void>): Promise<'up' | 'down'> {
  const { promise: late, resolve } = Promise.withResolvers<'down'>();
  const timer = setTimeout(() => resolve('down'), CHECK_TIMEOUT_MS);
  const answered = ask().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  const verdict = await Promise.race([answered, late]);
  clearTimeout(timer);
  return verdict;
}

function keptFor<Result>(ms: number, work: () => Promise<Result>): () => Promise<Result> {
  let kept: Promise<Result> | null = null;
  let keptUntilMs = 0;
  return () => {
    if (!kept || performance.now() >= keptUntilMs) {
      kept = work();
      keptUntilMs = performance.now() + ms;
    }
    return kept;
  };
}
