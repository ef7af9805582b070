import type { Decision } from '../../domain/decision.ts';
import { decideAdmit, decideAdvance } from '../../domain/gate-decisions.ts';
import type { LiveSale } from '../../domain/live-sale.ts';
import type { Order, ReleaseReason } from '../../domain/order.ts';
import type { Change, OrderEvent } from '../../domain/order-event.ts';
import { decidePurchase, type PurchaseOutcome, type PurchaseRequest } from '../../domain/purchase.ts';
import {
  type AdmitOutcome,
  decideJoin,
  decideLeave,
  decideRestore,
  type FindOutcome,
  findPlace,
  type JoinOutcome,
  type JoinRequest,
  joinOutcome,
  type Place,
  placeOf,
  type TicketRef,
} from '../../domain/queueing.ts';
import type { RecoveredSale, SaleVersion } from '../../domain/recovered-sale.ts';
import { isRoomChange, type RoomChange } from '../../domain/room-event.ts';
import type { SaleDefinition } from '../../domain/sale.ts';
import {
  type ChangeOutcome,
  changesByClock,
  decideSaleChange,
  expiries,
  mayPrepare,
  type SaleCommand,
} from '../../domain/sale-change.ts';
import {
  decideBeginPayment,
  decideConfirm,
  decideDecline,
  decideRelease,
  decideReserveAgain,
  type SettlementOutcome,
} from '../../domain/settlement.ts';
import {
  type Adoption,
  type OrderRef,
  type SaleList,
  SaleRecovering,
  type SaleSnapshot,
  type SaleView,
  type Store,
  StoreUnavailable,
} from '../store.ts';
import { orderEventsIn, type RecordContent, type SaleEvent } from './event-codec.ts';
import { Journal } from './journal.ts';
import { installedShelf, mayBeForgotten, newShelf, outboxSize, replayed, type Shelf, viewOf } from './shelf.ts';

const FAULTED = 'the store has failed and the process is ending';
const CLOSED = 'the store is closed';

export interface EmbeddedStoreOptions {
  readonly directory: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** New reservations are refused while so many events wait for the consumer. */
  readonly outboxMax: number;
  /** A write failed, or memory broke an invariant: the process must end before it says anything more. */
  readonly onFault: (error: Error) => void;
  /** Told how many events were written together. */
  readonly onBatch?: (size: number) => void;
}

/**
 * Memory in front of a journal. Decisions are taken one after the other in memory; an answer leaves once its events,
 * and all that it could have been built on, are on disk.
 */
export class EmbeddedStore implements Store {
  readonly #options: EmbeddedStoreOptions;
  readonly #journal: Journal;
  readonly #shelves: Map<string, Shelf>;
  readonly #listeners = new Set<(saleId: string) => void>();
  #nowMs = 0;
  #faulted = false;
  #closed = false;

  private constructor(options: EmbeddedStoreOptions, journal: Journal, shelves: Map<string, Shelf>) {
    this.#options = options;
    this.#journal = journal;
    this.#shelves = shelves;
    for (const [saleId, shelf] of shelves) this.#shelves.set(saleId, { ...shelf, incarnation: this.incarnation });
    for (const { live } of shelves.values()) this.#nowMs = Math.max(this.#nowMs, live.lastAtMs);
  }

  /** Throws `DamagedJournal` or `JournalLocked`, with a message for the operator. */
  static async open(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
    const shelves = new Map<string, Shelf>();
    const journal = await Journal.open({
      directory: options.directory,
      replay: (saleId, content) => shelves.set(saleId, replayed(shelves.get(saleId), content)),
      onWritten: (saleId, content) => store.#publish(saleId, content),
      onFailed: (cause) => store.#fault(cause),
    });
    const store = new EmbeddedStore(options, journal, shelves);
    return store;
  }

  /** Names this data directory, whoever opens it. */
  get directoryId(): string {
    return this.#journal.directoryId;
  }

  /** New each time that the directory is opened: a copy that was made before bears another one. */
  get incarnation(): string {
    return this.#journal.lease;
  }

  /** As what the directory was open before. Null when it is new. */
  get previousIncarnation(): string | null {
    return this.#journal.previousLease;
  }

  async now(): Promise<number> {
    return this.#tick();
  }

  async prepareSale(sale: SaleDefinition, epoch: number, correlationId: string): Promise<'prepared' | 'wrong_state'> {
    const known = this.#openShelf(sale.saleId);
    if (known && !mayPrepare(known.live, sale)) return 'wrong_state';
    const shelf = known ?? newShelf(sale, epoch, this.incarnation);
    this.#shelves.set(sale.saleId, shelf);
    this.#record(shelf, [{ type: 'sale_prepared', sale }], correlationId);
    return this.#durable('prepared');
  }

  async readSale(saleId: string): Promise<SaleView | null> {
    const shelf = this.#shelf(saleId);
    return this.#durable(shelf ? viewOf(shelf, this.#nowMs, this.incarnation) : null);
  }

  async listSales(): Promise<SaleList> {
    const views = [...this.#shelves.keys()].flatMap((saleId) => {
      const shelf = this.#shelf(saleId);
      return shelf ? [viewOf(shelf, this.#nowMs, this.incarnation)] : [];
    });
    return this.#durable({ views, unreachable: [] });
  }

  async changeSale(saleId: string, command: SaleCommand, correlationId: string): Promise<ChangeOutcome> {
    const shelf = this.#openShelf(saleId);
    if (!shelf) return 'not_found';
    return this.#carryOut(shelf, decideSaleChange(shelf.live, command), correlationId);
  }

  async forgetSale(saleId: string): Promise<'forgotten' | 'not_found' | 'wrong_state'> {
    const shelf = this.#openShelf(saleId);
    if (!shelf) return 'not_found';
    if (!mayBeForgotten(shelf)) return 'wrong_state';
    this.#shelves.delete(saleId);
    await this.#journal.forget(saleId);
    return 'forgotten';
  }

  /** Not for good: whoever opens the directory anew compares it with the ledger first. */
  async fence(saleId: string): Promise<void> {
    const shelf = this.#known(saleId);
    if (shelf) this.#shelves.set(saleId, { ...shelf, incarnation: this.previousIncarnation ?? '' });
    await this.#journal.synced();
  }

  async adopt(saleId: string, { epoch, expectedEpoch, expectedSeq }: Adoption): Promise<'adopted' | 'changed'> {
    await this.#journal.synced();
    const shelf = this.#known(saleId);
    if (!isAt(shelf, { epoch: expectedEpoch, lastSeq: expectedSeq })) return 'changed';
    this.#tick();
    const adopted = { ...shelf, incarnation: this.incarnation };
    this.#shelves.set(saleId, adopted);
    this.#record(adopted, [{ type: 'sale_recovered', how: 'adopted' }], 'recovery', epoch);
    return this.#durable('adopted');
  }

  async install(recovered: RecoveredSale): Promise<'installed' | 'changed'> {
    await this.#journal.synced();
    const { saleId } = recovered.sale;
    const shelf = this.#known(saleId);
    if (recovered.replaces ? !isAt(shelf, recovered.replaces) : shelf) return 'changed';
    this.#tick();
    this.#shelves.set(saleId, installedShelf(recovered, this.incarnation));
    this.#journal.install(recovered);
    return this.#durable('installed');
  }

  async purchase(request: PurchaseRequest): Promise<PurchaseOutcome> {
    const shelf = this.#openShelf(request.saleId);
    if (!shelf) return { code: 'not_found' };
    const outboxFull = outboxSize(shelf) >= this.#options.outboxMax;
    const { outcome, changes } = decidePurchase(shelf.live, request, this.#nowMs, outboxFull);
    if (changes.length > 0) this.#record(shelf, changes, request.correlationId);
    await this.#journal.synced();
    return outcome;
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    const shelf = this.#openShelf(request.saleId);
    if (!shelf) return { code: 'not_found' };
    const { live } = shelf;
    const { outcome, changes } = decideJoin(live, request, this.#nowMs);
    if (changes.length > 0) this.#record(shelf, changes, request.correlationId);
    return this.#durable(joinOutcome(live, request.userId, outcome, this.#nowMs));
  }

  async findPlace(saleId: string, userId: string): Promise<FindOutcome> {
    const shelf = this.#openShelf(saleId);
    if (!shelf) return { code: 'not_found' };
    const found = findPlace(shelf.live, userId, this.#nowMs);
    // Whoever has no place goes on to join, and waits then.
    return found.code === 'no_place' ? found : this.#durable(found);
  }

  async leave(ref: TicketRef): Promise<'left' | 'not_found'> {
    const shelf = this.#openShelf(ref.saleId);
    if (!shelf) return 'not_found';
    return this.#carryOut(shelf, decideLeave(shelf.live, ref));
  }

  async readPlace(ref: TicketRef): Promise<Place | null> {
    const shelf = this.#openShelf(ref.saleId);
    return this.#durable(shelf ? placeOf(shelf.live, ref, this.#nowMs) : null);
  }

  async restore(ref: TicketRef): Promise<Place | null> {
    const shelf = this.#openShelf(ref.saleId);
    if (!shelf) return null;
    await this.#carryOut(shelf, decideRestore(shelf.live, ref));
    return placeOf(shelf.live, ref, this.#nowMs);
  }

  async advanceGate(saleId: string): Promise<number> {
    const shelf = this.#openShelf(saleId);
    if (!shelf) return 0;
    return this.#carryOut(shelf, decideAdvance(shelf.live, this.#nowMs));
  }

  async admit(ref: TicketRef): Promise<AdmitOutcome> {
    const shelf = this.#openShelf(ref.saleId);
    if (!shelf) return { code: 'not_found' };
    return this.#carryOut(shelf, decideAdmit(shelf.live, ref, this.#nowMs));
  }

  async readTickets(saleId: string, after: number, limit: number): Promise<string[]> {
    return this.#durable(this.#shelf(saleId)?.live.room?.holders(after, limit) ?? []);
  }

  async beginPayment(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#settle(ref, (order, live) => decideBeginPayment(live, order, attemptId, this.#nowMs, graceMs));
  }

  async declinePayment(ref: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#settle(ref, (order, live) => decideDecline(live, order, attemptId, this.#nowMs));
  }

  async confirm(ref: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#settle(ref, (order) => decideConfirm(order, attemptId));
  }

  async reserveAgain(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#settle(ref, (order, live) => decideReserveAgain(live, order, attemptId, this.#nowMs, graceMs));
  }

  async release(ref: OrderRef, reason: ReleaseReason, attemptId: string | null): Promise<SettlementOutcome> {
    return this.#settle(ref, (order) => decideRelease(order, reason, attemptId));
  }

  async expireDue(saleId: string, limit: number): Promise<number> {
    const shelf = this.#openShelf(saleId);
    if (!shelf) return 0;
    const changes = expiries(shelf.live, this.#nowMs, limit);
    return this.#carryOut(shelf, { outcome: changes.length, changes });
  }

  async duePayments(saleId: string, limit: number): Promise<Order[]> {
    return this.#durable(this.#openShelf(saleId)?.live.duePayments(this.#nowMs, limit) ?? []);
  }

  async readOrder({ saleId, orderId }: OrderRef): Promise<Order | null> {
    return this.#durable(this.#shelf(saleId)?.live.order(orderId) ?? null);
  }

  async readOrders(saleId: string, userId: string): Promise<Order[]> {
    return this.#durable(this.#shelf(saleId)?.live.ordersOf(userId) ?? []);
  }

  async snapshot(saleId: string): Promise<SaleSnapshot | null> {
    const shelf = this.#shelf(saleId);
    if (!shelf) return null;
    return this.#durable({
      ...viewOf(shelf, this.#nowMs, this.incarnation),
      takenAtMs: this.#nowMs,
      orders: [...shelf.live.orders()],
    });
  }

  async readEvents(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    const shelf = this.#known(saleId);
    return shelf && after < shelf.writtenSeq ? this.#readJournal(saleId, after, limit) : [];
  }

  /** The journal keeps the events until the sale is forgotten, to rebuild memory from. */
  async trimEvents(saleId: string, upTo: number): Promise<void> {
    const shelf = this.#known(saleId);
    if (shelf) shelf.trimmedSeq = Math.max(shelf.trimmedSeq, Math.min(upTo, shelf.writtenSeq));
  }

  /** Calls back when a sale has new events. Returns the unsubscribe function. */
  onEvents(listener: (saleId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#journal.close();
  }

  /** A clock that jumps back stands still until it has caught up. */
  #tick(): number {
    this.#nowMs = Math.max(this.#nowMs, this.#options.clock());
    return this.#nowMs;
  }

  /** A sale about which something is decided. */
  #openShelf(saleId: string): Shelf | null {
    const shelf = this.#shelf(saleId);
    if (shelf && this.#isFenced(shelf)) throw new SaleRecovering(saleId);
    return shelf;
  }

  #isFenced({ incarnation }: Shelf): boolean {
    return incarnation !== this.incarnation;
  }

  /** A sale as it is now: what the clock has done to it is done before anyone looks. Time stands still in one that is fenced off. */
  #shelf(saleId: string): Shelf | null {
    const nowMs = this.#tick();
    const shelf = this.#known(saleId);
    if (!shelf || this.#isFenced(shelf)) return shelf;
    const changes = changesByClock(shelf.live, nowMs);
    if (changes.length > 0) this.#record(shelf, changes, 'clock');
    shelf.live.room?.lapse(nowMs);
    return shelf;
  }

  #known(saleId: string): Shelf | null {
    if (this.#faulted) throw new StoreUnavailable(FAULTED);
    return this.#shelves.get(saleId) ?? null;
  }

  #settle(
    { saleId, orderId }: OrderRef,
    decide: (order: Order, live: LiveSale) => Decision<SettlementOutcome>,
  ): Promise<SettlementOutcome> {
    const shelf = this.#openShelf(saleId);
    const order = shelf?.live.order(orderId);
    if (!shelf || !order) return Promise.resolve({ code: 'not_found' });
    return this.#carryOut(shelf, decide(order, shelf.live), order.correlationId);
  }

  #carryOut<Outcome>(shelf: Shelf, { outcome, changes }: Decision<Outcome>, correlationId = 'clock'): Promise<Outcome> {
    if (changes.length > 0) this.#record(shelf, changes, correlationId);
    return this.#durable(outcome);
  }

  #record(shelf: Shelf, changes: readonly (Change | RoomChange)[], requestId: string, epoch = shelf.live.epoch): void {
    const { live } = shelf;
    const events: SaleEvent[] = [];
    try {
      for (const change of changes) {
        const event = isRoomChange(change)
          ? { ...change, atMs: this.#nowMs }
          : this.#numbered(live, change, requestId, epoch);
        live.apply(event);
        events.push(event);
      }
    } catch (cause) {
      throw this.#fault(cause as Error);
    }
    this.#journal.append(live.saleId, live.epoch, events);
  }

  /** What happens to an order belongs to the request that made it, whoever's request brings it about. */
  #numbered({ saleId, lastSeq }: LiveSale, change: Change, requestId: string, epoch: number): OrderEvent {
    const correlationId = 'order' in change ? change.order.correlationId : requestId;
    return { saleId, epoch, seq: lastSeq + 1, atMs: this.#nowMs, correlationId, ...change };
  }

  #publish(saleId: string, content: RecordContent): void {
    this.#options.onBatch?.(content.events.length);
    const last = orderEventsIn(content).at(-1);
    if (!last) return;
    const shelf = this.#shelves.get(saleId);
    if (shelf) shelf.writtenSeq = last.seq;
    for (const listener of this.#listeners) listener(saleId);
  }

  async #durable<T>(answer: T): Promise<T> {
    await this.#journal.synced();
    return answer;
  }

  async #readJournal(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    try {
      return await this.#journal.read(saleId, after, limit);
    } catch (cause) {
      throw this.#closed ? new StoreUnavailable(CLOSED, { cause }) : this.#fault(cause as Error);
    }
  }

  /** Memory is ahead of the disk, or at odds with itself: nothing may be built on it any more. */
  #fault(cause: Error): StoreUnavailable {
    if (!this.#faulted) {
      this.#faulted = true;
      this.#options.onFault(cause);
    }
    return new StoreUnavailable(FAULTED, { cause });
  }
}

function isAt(shelf: Shelf | null, { epoch, lastSeq }: SaleVersion): shelf is Shelf {
  return shelf !== null && shelf.live.epoch === epoch && shelf.live.lastSeq === lastSeq;
}
