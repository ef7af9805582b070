/** Draws from distributions, out of numbers in [0, 1). */
export class Chance {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  below(limit: number): number {
    return this.#random() * limit;
  }

  happens(share: number): boolean {
    return this.#random() < share;
  }

  /** Exponential, of this mean. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.#random());
  }

  /** How many of independent arrivals come, when so many are expected: Poisson; by the normal one where it is large. */
  arrivals(expected: number): number {
    if (expected > 50) return Math.max(0, Math.round(expected + Math.sqrt(expected) * this.#normal()));
    const limit = Math.exp(-expected);
    let count = 0;
    for (let product = this.#random(); product > limit; product *= this.#random()) count += 1;
    return count;
  }

  /** Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}
