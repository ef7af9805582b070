import { readUpTo } from '../../domain/recovered-sale.ts';
import { orderEventsIn, type RecordContent } from './event-codec.ts';

/** Which record of a sale holds which of its order events: they are numbered without gaps, from 1 or from where it was installed. */
export class RecordIndex {
  /** By record: the order event that it begins with, or would begin with if it had any. */
  readonly #firstSeqs: number[] = [];
  #nextSeq = 1;

  /** Records so far; their numbers start at 0. */
  get size(): number {
    return this.#firstSeqs.length;
  }

  add(content: RecordContent): void {
    if (content.installed) this.#nextSeq = readUpTo(content.installed) + 1;
    this.#firstSeqs.push(this.#nextSeq);
    this.#nextSeq += orderEventsIn(content).length;
  }

  /** The last record that begins at or before an order event. */
  recordOf(seq: number): number {
    let from = 0;
    let to = this.#firstSeqs.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#firstSeqs[middle] ?? 0) <= seq) from = middle + 1;
      else to = middle;
    }
    return Math.max(0, from - 1);
  }
}
