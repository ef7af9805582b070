import { setTimeout as sleep } from 'node:timers/promises';
import { TidegateProblem, TidegateUnreachable } from '#sdk/client.ts';

/** For what comes at once, on a machine that may be busy with other tests. */
export const PATIENCE_MS = 30_000;
const ASKS_AGAIN_MS = 500;
const PASSING: ReadonlySet<string> = new Set(['overloaded', 'recovering', 'store_unavailable']);

/** Calls again until the server is back and has time, with a client that does not do so itself. */
export async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!passes(error)) throw error;
      await sleep(ASKS_AGAIN_MS);
    }
  }
}

function passes(error: unknown): boolean {
  return error instanceof TidegateUnreachable || (error instanceof TidegateProblem && PASSING.has(error.code));
}
