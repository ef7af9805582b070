import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import { saleKeysInLua } from './sale-keys.ts';

const INCLUDE = /^-- @include (\S+)$/gm;

/**
 * A Lua file of this directory. `-- @include NAME` puts `lua/includes/NAME.lua` in its place, once; `keys` is made of
 * `SALE_KEYS`. Its first argument is the time in epoch milliseconds; empty for Redis' own.
 */
export class Script {
  readonly name: string;
  readonly #source: string;
  readonly #sha1: string;

  constructor(name: string) {
    this.name = name;
    this.#source = assemble(name);
    this.#sha1 = createHash('sha1').update(this.#source).digest('hex');
  }

  /** A server that has restarted does not know the script any more: then it is sent along. */
  async run(client: Redis | Cluster, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT ')) throw error;
      return client.eval(this.#source, keys.length, ...keys, ...args);
    }
  }
}

function assemble(name: string): string {
  const included = new Set<string>();
  const expand = (text: string): string =>
    text.replace(INCLUDE, (_, include: string) => {
      if (included.has(include)) return '';
      included.add(include);
      return include === 'keys' ? saleKeysInLua() : expand(read(`includes/${include}`));
    });
  return expand(read(name));
}

function read(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
}
