/**
 * Asks for the parts of a whole that many servers hold, and waits for no part that did not come when it was last asked
 * for: such a one is asked for again in the background, until it comes.
 */
export class Reachability {
  /** Why, by part. */
  readonly #missing = new Map<string, unknown>();
  readonly #probed = new Set<string>();

  /** Rejects as `ask` does, or did. */
  async ask<Part>(name: string, ask: () => Promise<Part>): Promise<Part> {
    if (this.#missing.has(name)) {
      void this.#probe(name, ask);
      throw this.#missing.get(name);
    }
    try {
      return await ask();
    } catch (error) {
      this.#missing.set(name, error);
      throw error;
    }
  }

  /** What was missing is waited for again. */
  forget(): void {
    this.#missing.clear();
  }

  async #probe(name: string, ask: () => Promise<unknown>): Promise<void> {
    if (this.#probed.has(name)) return;
    this.#probed.add(name);
    await ask().then(
      () => this.#missing.delete(name),
      () => {},
    );
    this.#probed.delete(name);
  }
}

/** How each has fared. Rejects as the first of them when all have failed. */
export async function settleSome<Part>(parts: readonly Promise<Part>[]): Promise<PromiseSettledResult<Part>[]> {
  const settled = await Promise.allSettled(parts);
  const [first] = settled;
  if (first?.status === 'rejected' && settled.every(({ status }) => status === 'rejected')) throw first.reason;
  return settled;
}
