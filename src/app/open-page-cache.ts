import { HttpPageCache } from '../cdn/http/http-page-cache.ts';
import type { Config } from '../config/config.ts';
import type { EngineEvents } from '../telemetry/events.ts';

/** With all its tries a purge must end before the operator who waits for it gives up. */
const TIMEOUT_MS = 2_000;
const RETRY_BASE_MS = 250;
const MAX_CONCURRENT = 4;
const MAX_QUEUED = 100;

/** Null where no content delivery network has to be told of pages that change. */
export function openPageCache({ cdn, retry, breaker }: Config, events: EngineEvents): HttpPageCache | null {
  if (!cdn) return null;
  events.breakerKnown('cdn');
  return new HttpPageCache({
    ...cdn,
    timeoutMs: TIMEOUT_MS,
    maxConcurrent: MAX_CONCURRENT,
    maxQueued: MAX_QUEUED,
    retry: { attempts: retry.attempts, baseMs: Math.min(retry.baseMs, RETRY_BASE_MS) },
    breaker,
    onBreakerChange: (state) => events.breakerChanged('cdn', state),
    onRetry: () => events.callRepeated('cdn'),
  });
}
