import { setImmediate as nextTurn } from 'node:timers/promises';
import { ENTRY_BYTES, EntryList } from '../domain/draw.ts';
import type { DrawPlan } from '../domain/sale.ts';
import type { SaleView, Store } from '../store/store.ts';

/** The list of a draw after it was closed. */
export interface DrawList {
  readonly entrants: number;
  /** Hexadecimal. */
  readonly listHash: string;
  /** `ENTRY_BYTES` each, in the order of their tickets. */
  readonly entries: Uint8Array;
}

/** Some 5 ms of work: what others wait for in between. */
const ENTRIES_PER_TURN = 1_000;

/** The closed lists of the sales that the store holds, each written down once and kept in memory. */
export class DrawLists {
  readonly #store: Store;
  readonly #lists = new Map<string, Promise<DrawList>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Null while the list is open, and where there is no draw. */
  async of({ sale, room }: Pick<SaleView, 'sale' | 'room'>): Promise<DrawList | null> {
    const plan = sale.waitingRoom?.draw;
    if (!plan || room?.entrants == null) return null;
    const known = this.#lists.get(sale.saleId);
    if (known) return known;
    const written = this.#write(sale.saleId, plan, room.entrants);
    this.#lists.set(sale.saleId, written);
    // Whoever asked is told; the next to ask begins anew.
    written.catch(() => this.#lists.delete(sale.saleId));
    return written;
  }

  /** Lets go of all other lists. */
  keepOnly(saleIds: ReadonlySet<string>): void {
    for (const saleId of this.#lists.keys()) if (!saleIds.has(saleId)) this.#lists.delete(saleId);
  }

  async #write(saleId: string, plan: DrawPlan, entrants: number): Promise<DrawList> {
    const list = new EntryList(saleId, plan);
    const entries = new Uint8Array(entrants * ENTRY_BYTES);
    while (list.size < entrants) {
      const limit = Math.min(ENTRIES_PER_TURN, entrants - list.size);
      const userIds = await this.#store.readTickets(saleId, list.size, limit);
      if (userIds.length === 0) throw new Error(`the store has lost tickets of sale ${saleId}`);
      for (const userId of userIds) entries.set(list.add(userId), (list.size - 1) * ENTRY_BYTES);
      await nextTurn();
    }
    return { entrants, listHash: list.hash(), entries };
  }
}
