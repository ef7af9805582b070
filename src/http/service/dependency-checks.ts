import type { Readiness } from '#sdk/contract/health.ts';

interface Dependency {
  /** Without it the process cannot do its work. */
  readonly needed: boolean;
  /** Rejects while it cannot do its own. */
  readonly ask: () => Promise<void>;
}

/** By name, those that the role of a process has. */
export type Dependencies = Readonly<Partial<Record<keyof Readiness['checks'], Dependency>>>;

/** How the dependencies are. */
interface Verdict {
  readonly checks: Readiness['checks'];
  /** Everything that is needed is up. */
  readonly able: boolean;
}

export type CheckAll = () => Promise<Verdict>;

const CHECK_TIMEOUT_MS = 1_000;
/** However many ask, the dependencies are asked once in this time. */
const KEEP_MS = 1_000;

export function createChecks(dependencies: Dependencies): CheckAll {
  return keptFor(KEEP_MS, () => checkDependencies(dependencies));
}

async function checkDependencies(dependencies: Dependencies): Promise<Verdict> {
  const verdicts = await Promise.all(
    Object.entries(dependencies).map(async ([name, { needed, ask }]) => ({ name, needed, health: await check(ask) })),
  );
  return {
    checks: Object.fromEntries(verdicts.map(({ name, health }) => [name, health])),
    able: verdicts.every(({ needed, health }) => health === 'up' || !needed),
  };
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
