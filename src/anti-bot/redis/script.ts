import { hash } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';

/** Lua that Redis runs as one step. */
export class Script {
  readonly #source: string;
  readonly #digest: string;

  constructor(source: string) {
    this.#source = source;
    this.#digest = hash('sha1', source);
  }

  /** A server that has restarted does not know the script any more: then it is sent along. */
  async run(client: Redis | Cluster, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT ')) throw error;
      return client.eval(this.#source, keys.length, ...keys, ...args);
    }
  }
}
