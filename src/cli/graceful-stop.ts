import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';

interface StopOptions {
  readonly log: Logger;
  readonly timeoutMs: number;
}

/** Ctrl-C reaches us twice under npm, which passes on what the terminal has already sent to everybody. */
const SAME_SIGNAL_MS = 500;

/**
 * On SIGTERM or SIGINT, or when the process that started us is gone, stops and exits with 0, or with 1 if that takes
 * longer than `timeoutMs`. A second signal exits at once. What is returned is aborted with the first.
 */
export function stopOnSignal(stop: () => Promise<void>, options: StopOptions): AbortSignal {
  const { log } = options;
  const stopping = new AbortController();
  let askedAt: number | null = null;
  const onSignal = (signal: string) => {
    if (askedAt === null) {
      askedAt = performance.now();
      log.info({ signal }, 'stopping: finishing what is under way');
      stopping.abort();
      void stopInTime(stop, options);
    } else if (performance.now() - askedAt > SAME_SIGNAL_MS) {
      log.warn({ signal }, 'stopped at once, by a second signal');
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.once('disconnect', () => onSignal('disconnect'));
  return stopping.signal;
}

async function stopInTime(stop: () => Promise<void>, { log, timeoutMs }: StopOptions): Promise<never> {
  const inTime = await Promise.race([stop().then(() => true), sleep(timeoutMs, false)]);
  if (!inTime) log.error(`not finished within ${timeoutMs / 1000} s, stopped anyway`);
  process.exit(inTime ? 0 : 1);
}
