import type { RateVerdict } from '../../domain/gcra.ts';
import type { DeviceAccount, Quota, Tallies } from '../tallies.ts';
import { DeviceAccounts } from './device-accounts.ts';
import { RateLimiter } from './rate-limiter.ts';
import { UsedSolutions } from './used-solutions.ts';

/** About 100 bytes each: 20 MB at most for each scope. */
const MAX_KEYS = 200_000;

/** What one process counts by itself. Its memory is bounded. */
export class MemoryTallies implements Tallies {
  readonly #elapsedMs: () => number;
  readonly #limiters = new Map<string, RateLimiter>();
  readonly #devices = new DeviceAccounts();
  readonly #solutions = new UsedSolutions();

  /** @param elapsedMs milliseconds of a clock that never runs backwards */
  constructor(elapsedMs: () => number = () => performance.now()) {
    this.#elapsedMs = elapsedMs;
  }

  take(quotas: readonly Quota[]): readonly RateVerdict[] {
    const verdicts: RateVerdict[] = [];
    for (const quota of quotas) {
      const verdict = this.#limiterOf(quota).take(quota.key, this.#elapsedMs());
      verdicts.push(verdict);
      if (!verdict.allowed) break;
    }
    return verdicts;
  }

  async admitAccount(account: DeviceAccount, maxAccounts: number): Promise<boolean> {
    return this.#devices.admits(account, maxAccounts);
  }

  async useSolution(signature: string, nowMs: number): Promise<boolean> {
    return this.#solutions.use(signature, nowMs);
  }

  #limiterOf({ scope, limit }: Quota): RateLimiter {
    const known = this.#limiters.get(scope);
    if (known) return known;
    const limiter = new RateLimiter(limit, MAX_KEYS);
    this.#limiters.set(scope, limiter);
    return limiter;
  }
}
