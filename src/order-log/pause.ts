import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, but not beyond the abort. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // The abort is the one way in which it can fail.
  await sleep(ms, undefined, { signal }).catch(() => {});
}
