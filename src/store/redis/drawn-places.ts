import { type DrawResult, Permutation } from '../../domain/draw.ts';

interface KnownDraw {
  readonly seed: string;
  readonly permutation: Permutation;
}

/**
 * Where tickets were drawn to, sale by sale: Redis cannot work it out, and is told. A place that was drawn never
 * changes, so a draw is read once.
 */
export class DrawnPlaces {
  readonly #readDraw: (saleId: string) => Promise<DrawResult | null>;
  readonly #known = new Map<string, KnownDraw>();

  constructor(readDraw: (saleId: string) => Promise<DrawResult | null>) {
    this.#readDraw = readDraw;
  }

  /** As `room.tell_positions` takes them. Empty while no draw is known. */
  told(saleId: string, tickets: readonly number[]): string {
    const draw = this.#known.get(saleId);
    if (!draw) return '';
    const { seed, permutation } = draw;
    const positions = tickets
      .filter((ticket) => ticket <= permutation.size)
      .map((ticket) => `${ticket}:${permutation.at(ticket - 1) + 1}`);
    return [seed, ...positions].join(' ');
  }

  /** A script has asked: the draw is new, or another than the one that is known. */
  async learn(saleId: string): Promise<void> {
    const draw = await this.#readDraw(saleId);
    if (!draw || draw.seed === this.#known.get(saleId)?.seed) return;
    this.#known.set(saleId, { seed: draw.seed, permutation: new Permutation(draw.seed, draw.entrants) });
  }

  forget(saleId: string): void {
    this.#known.delete(saleId);
  }
}
