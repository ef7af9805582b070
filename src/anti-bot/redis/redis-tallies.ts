import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import { decideRate, type RateVerdict } from '../../domain/gcra.ts';
import { type DeviceAccount, type Quota, REPEAT_MS, SOLUTION_LIFETIME_MS, type Tallies } from '../tallies.ts';
import { Script } from './script.ts';

export interface RedisTalliesOptions {
  readonly client: Redis | Cluster;
  /** Counts while Redis does not answer: clients are let in, as far as this process alone can tell. */
  readonly fallback: Tallies;
  readonly onFailure: (error: unknown) => void;
  /** Epoch milliseconds. Redis' own clock unless given. */
  readonly clock?: () => number;
}

interface Waiting {
  readonly quotas: readonly Quota[];
  readonly verdicts: PromiseWithResolvers<readonly RateVerdict[]>;
}

/** One slot of a cluster, so that one script may take them all. */
const PREFIX = 'tidegate:{tallies}:';
/** Requests in one script: none holds the server up for longer than a millisecond. */
const MAX_BATCH = 128;
/** Nobody waits longer for a count. */
const PATIENCE_MS = 250;
/** After a failure Redis is not asked for so long: a hundred requests do not find out one by one. */
const REST_MS = 1_000;
const DEVICE_KEPT_MS = 7 * 24 * 3_600_000;

const TAKE_QUOTAS = luaScript('take-quotas');
const ADMIT_ACCOUNT = luaScript('admit-account');

/**
 * What all gateways count together, in Redis. The requests of one turn of the event loop share a round trip, and every
 * count is one atomic step.
 */
export class RedisTallies implements Tallies {
  readonly #options: RedisTalliesOptions;
  #waiting: Waiting[] = [];
  #restsUntilMs = 0;

  constructor(options: RedisTalliesOptions) {
    this.#options = options;
  }

  take(quotas: readonly Quota[]): Promise<readonly RateVerdict[]> {
    const { fallback } = this.#options;
    return this.#orElse(
      () => this.#takeTogether(quotas),
      () => fallback.take(quotas),
    );
  }

  admitAccount(account: DeviceAccount, maxAccounts: number): Promise<boolean> {
    const { client, fallback } = this.#options;
    const key = `${PREFIX}device:${account.saleId}:${account.deviceId}`;
    return this.#orElse(
      async () => (await inTime(ADMIT_ACCOUNT.run(client, [key], [account.userId, maxAccounts, DEVICE_KEPT_MS]))) === 1,
      () => fallback.admitAccount(account, maxAccounts),
    );
  }

  useSolution(signature: string, nowMs: number): Promise<boolean> {
    const { client, fallback } = this.#options;
    return this.#orElse(
      async () => {
        const key = `${PREFIX}solution:${signature}`;
        const usedAtMs = await inTime(client.set(key, nowMs, 'PX', SOLUTION_LIFETIME_MS, 'NX', 'GET'));
        return usedAtMs === null || nowMs - Number(usedAtMs) < REPEAT_MS;
      },
      () => fallback.useSolution(signature, nowMs),
    );
  }

  async #orElse<Result>(ask: () => Promise<Result>, fallBack: () => Result | Promise<Result>): Promise<Result> {
    if (performance.now() < this.#restsUntilMs) return fallBack();
    try {
      return await ask();
    } catch (error) {
      if (performance.now() >= this.#restsUntilMs) this.#options.onFailure(error);
      this.#restsUntilMs = performance.now() + REST_MS;
      return fallBack();
    }
  }

  #takeTogether(quotas: readonly Quota[]): Promise<readonly RateVerdict[]> {
    const verdicts = Promise.withResolvers<readonly RateVerdict[]>();
    if (this.#waiting.length === 0) setImmediate(() => this.#takeWaiting());
    this.#waiting.push({ quotas, verdicts });
    return verdicts.promise;
  }

  #takeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += MAX_BATCH) {
      void this.#takeBatch(waiting.slice(from, from + MAX_BATCH));
    }
  }

  async #takeBatch(batch: readonly Waiting[]): Promise<void> {
    const { client, clock } = this.#options;
    const keys = batch.flatMap(({ quotas }) => quotas.map(({ scope, key }) => `${PREFIX}${scope}:${key}`));
    const limits = batch.flatMap(({ quotas }) => [
      quotas.length,
      ...quotas.flatMap(({ limit }) => [limit.requests, limit.windowMs]),
    ]);
    try {
      const used = (await inTime(TAKE_QUOTAS.run(client, keys, [clock?.() ?? '', ...limits]))) as (string | null)[];
      for (const { quotas, verdicts } of batch) verdicts.resolve(verdictsOf(quotas, used.splice(0, quotas.length)));
    } catch (error) {
      for (const { verdicts } of batch) verdicts.reject(error);
    }
  }
}

function verdictsOf(quotas: readonly Quota[], used: readonly (string | null)[]): RateVerdict[] {
  return quotas.flatMap(({ limit }, index) => {
    const usedMs = used[index] ?? null;
    return usedMs === null ? [] : [decideRate(limit, Number(usedMs), 0)];
  });
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function luaScript(name: string): Script {
  return new Script(readFileSync(new URL(`./${name}.lua`, import.meta.url), 'utf8'));
}
