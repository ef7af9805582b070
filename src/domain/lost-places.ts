/**
 * The places that a store gave out before it was lost: 1 to `upTo`. Those whose holders have come back are there, the
 * others are missing. A Fenwick tree counts them (Fenwick 1994), so that a million missing places are passed at once.
 */
export class LostPlaces {
  readonly upTo: number;
  readonly #backInRange: Uint32Array;

  constructor(upTo: number) {
    this.upTo = upTo;
    this.#backInRange = new Uint32Array(upTo + 1);
  }

  /** Once a place. */
  bringBack(place: number): void {
    for (let node = place; node <= this.upTo; node += node & -node) {
      this.#backInRange[node] = this.#in(node) + 1;
    }
  }

  /** How many are missing behind `after`, up to `place`. */
  missingBetween(after: number, place: number): number {
    const [from, to] = [Math.min(after, this.upTo), Math.min(place, this.upTo)];
    return Math.max(0, to - from - (this.#backUpTo(to) - this.#backUpTo(from)));
  }

  /** The first place behind `after` that is not missing. */
  nextAfter(after: number): number {
    if (after >= this.upTo) return after + 1;
    let [place, backBefore] = [0, this.#backUpTo(after)];
    for (let step = 2 ** Math.floor(Math.log2(this.upTo)); step >= 1; step /= 2) {
      if (place + step > this.upTo || this.#in(place + step) > backBefore) continue;
      place += step;
      backBefore -= this.#in(place);
    }
    return place + 1;
  }

  #backUpTo(place: number): number {
    let back = 0;
    for (let node = Math.min(place, this.upTo); node > 0; node -= node & -node) back += this.#in(node);
    return back;
  }

  #in(node: number): number {
    return this.#backInRange[node] ?? 0;
  }
}
