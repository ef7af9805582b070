import { SpanKind } from '@opentelemetry/api';
import { traced } from '../../telemetry/tracing.ts';
import { SaleRecovering, StoreUnavailable } from '../store.ts';
import type { DurabilityGuard } from './durability.ts';
import type { RedisClient } from './redis-connection.ts';
import { saleKeys } from './sale-keys.ts';
import type { Script } from './script.ts';

export interface ScriptRunnerOptions {
  readonly client: RedisClient;
  readonly namespace: string;
  /** The time for a script: empty for Redis' own clock. */
  readonly time: () => number | '';
  readonly durability: DurabilityGuard;
}

const REDIS = { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'redis' } };

/** Runs scripts on sales. An answer is passed on once it is durable; whatever goes wrong is a `StoreUnavailable`. */
export class ScriptRunner {
  readonly #options: ScriptRunnerOptions;

  constructor(options: ScriptRunnerOptions) {
    this.#options = options;
  }

  /** Null when the sale is not there. Throws `SaleRecovering` for one that is fenced off. */
  async run(script: Script, saleId: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const reply = await traced(`redis ${script.name}`, REDIS, () => this.#reply(script, saleId, args));
    if (reply === 'recovering') throw new SaleRecovering(saleId);
    return reply === 'not_found' ? null : reply;
  }

  async #reply(script: Script, saleId: string, args: readonly (string | number)[]): Promise<unknown> {
    const { client, namespace, time, durability } = this.#options;
    const keys = saleKeys(namespace, saleId);
    const words = [time(), ...args];
    const key = keys[0] ?? '';
    try {
      await durability.check(key);
      const reply = await script.run(client, keys, words);
      await durability.settled(key);
      return reply;
    } catch (cause) {
      throw asUnavailable(cause);
    }
  }
}

/** Nothing that Redis says of itself concerns the caller: what was asked may have taken effect, and may be asked again. */
export function asUnavailable(cause: unknown): StoreUnavailable {
  if (cause instanceof StoreUnavailable) return cause;
  return new StoreUnavailable('Redis, which STORE_URL names, cannot answer.', { cause });
}
