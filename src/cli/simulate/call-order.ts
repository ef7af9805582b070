/** Whether places are called in their order, judged by nothing but the answers that buyers get. */
export class CallOrder {
  #furthest = 0;
  #checked = 0;
  #inversions = 0;

  /** The furthest position that is known to have been called by now. */
  get furthest(): number {
    return this.#furthest;
  }

  /** Answers by which a place still waited. */
  get checked(): number {
    return this.#checked;
  }

  /** Those of them that came when a place behind had been called: none may. */
  get inversions(): number {
    return this.#inversions;
  }

  sawCalled(position: number): void {
    this.#furthest = Math.max(this.#furthest, position);
  }

  /** @param furthestBefore `furthest` when the question was sent: what was called later proves nothing */
  sawWaiting(position: number, furthestBefore: number): void {
    this.#checked++;
    if (position <= furthestBefore) this.#inversions++;
  }
}
