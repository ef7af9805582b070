/** Numbers in `[0, 1)` that a seed determines (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the elements; undefined only of an empty list. */
export function pick<Element>(elements: readonly Element[], random: () => number): Element | undefined {
  return elements[Math.floor(random() * elements.length)];
}
