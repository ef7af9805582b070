import type { Kysely } from 'kysely';

class ProcessDied extends Error {}

/**
 * Ends a "process" at one of the moments between two effects: the calls of everything that is wrapped are counted,
 * before and after each, and from the chosen moment on every call fails, as it does for a process that is gone.
 */
export class CrashPoint {
  readonly #moment: number;
  #passed = 0;

  constructor(moment: number) {
    this.#moment = moment;
  }

  get reached(): boolean {
    return this.#passed > this.#moment;
  }

  wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, name) => {
        const member = Reflect.get(object, name, object);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          this.#pass();
          const result = await member.apply(object, args);
          this.#pass();
          return result;
        };
      },
    });
  }

  wrapDatabase<Schema>(db: Kysely<Schema>): Kysely<Schema> {
    return db.withPlugin({
      transformQuery: ({ node }) => {
        this.#pass();
        return node;
      },
      transformResult: async ({ result }) => {
        this.#pass();
        return result;
      },
    });
  }

  #pass(): void {
    this.#passed++;
    if (this.reached) throw new ProcessDied(`died at moment ${this.#moment}`);
  }
}
