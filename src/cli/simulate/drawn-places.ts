import { Permutation } from '../../domain/draw.ts';

/** The places of a draw, as each page works its own out from the status document. */
export class DrawnPlaces {
  readonly #entrants: number;
  readonly #permutation: Permutation;

  /** @param seed hexadecimal */
  constructor(seed: string, entrants: number) {
    this.#entrants = entrants;
    this.#permutation = new Permutation(seed, entrants);
  }

  /** 1 is called first. Whoever came too late for the draw stands behind it. */
  positionOf(ticket: number): number {
    return ticket > this.#entrants ? ticket : this.#permutation.at(ticket - 1) + 1;
  }
}
