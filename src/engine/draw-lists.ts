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

type RoomOfSale = Pick<SaleView, 'sale' | 'room'>;

/** Some 5 ms of work: what others wait for in between. */
const ENTRIES_PER_TURN = 1_000;
const FIRST_CAPACITY = 1_024;

/** The lists of the draws of all sales that the store holds, in memory: 32 bytes an entrant. */
export class DrawLists {
  readonly #store: Store;
  readonly #lists = new Map<string, GrowingList>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Writes down who has joined so far, so that little is left to do when the list closes: a million entries take 5 s. */
  async prepare({ sale, room }: RoomOfSale): Promise<void> {
    const plan = sale.waitingRoom?.draw;
    if (plan && room) await this.#find(sale.saleId, plan).growTo(room.entrants ?? room.tickets);
  }

  /** Null while the list is open, and where there is no draw. */
  async of({ sale, room }: RoomOfSale): Promise<DrawList | null> {
    const plan = sale.waitingRoom?.draw;
    if (!plan || room?.entrants == null) return null;
    const list = this.#find(sale.saleId, plan);
    await list.growTo(room.entrants);
    return { entrants: room.entrants, listHash: list.hash(), entries: list.entries() };
  }

  /** Lets go of all other lists. */
  keepOnly(saleIds: ReadonlySet<string>): void {
    for (const saleId of this.#lists.keys()) if (!saleIds.has(saleId)) this.#lists.delete(saleId);
  }

  #find(saleId: string, plan: DrawPlan): GrowingList {
    const known = this.#lists.get(saleId);
    if (known?.plan.entrySecret === plan.entrySecret) return known;
    const list = new GrowingList(this.#store, saleId, plan);
    this.#lists.set(saleId, list);
    return list;
  }
}

/** Tickets are only ever added: what is written down stays right. */
class GrowingList {
  readonly plan: DrawPlan;
  readonly #store: Store;
  readonly #saleId: string;
  readonly #list: EntryList;
  #entries = new Uint8Array(FIRST_CAPACITY * ENTRY_BYTES);
  #growth: Promise<void> = Promise.resolve();

  constructor(store: Store, saleId: string, plan: DrawPlan) {
    this.plan = plan;
    this.#store = store;
    this.#saleId = saleId;
    this.#list = new EntryList(saleId, plan);
  }

  hash(): string {
    return this.#list.hash();
  }

  entries(): Uint8Array {
    return this.#entries.subarray(0, this.#list.size * ENTRY_BYTES);
  }

  /** One at a time, whoever asks. */
  growTo(size: number): Promise<void> {
    const grown = this.#growth.then(() => this.#grow(size));
    // Whoever asked is told of a failure; the next to ask goes on from there.
    this.#growth = grown.catch(() => {});
    return grown;
  }

  async #grow(size: number): Promise<void> {
    while (this.#list.size < size) {
      const limit = Math.min(ENTRIES_PER_TURN, size - this.#list.size);
      const userIds = await this.#store.readTickets(this.#saleId, this.#list.size, limit);
      if (userIds.length === 0) throw new Error(`the store has lost tickets of sale ${this.#saleId}`);
      this.#makeRoomFor(userIds.length);
      for (const userId of userIds) this.#entries.set(this.#list.add(userId), (this.#list.size - 1) * ENTRY_BYTES);
      await nextTurn();
    }
  }

  #makeRoomFor(count: number): void {
    const needed = (this.#list.size + count) * ENTRY_BYTES;
    if (needed <= this.#entries.length) return;
    const entries = new Uint8Array(Math.max(needed, 2 * this.#entries.length));
    entries.set(this.#entries);
    this.#entries = entries;
  }
}
