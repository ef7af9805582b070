import type { Decision } from '../../src/domain/decision.ts';
import { decideAdmit, decideAdvance } from '../../src/domain/gate-decisions.ts';
import { LiveSale } from '../../src/domain/live-sale.ts';
import { isOpen, type Order, type ReleaseReason } from '../../src/domain/order.ts';
import type { Change, OrderEvent } from '../../src/domain/order-event.ts';
import { decidePurchase, type PurchaseOutcome, type PurchaseRequest } from '../../src/domain/purchase.ts';
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
  roomViewOf,
  type TicketRef,
} from '../../src/domain/queueing.ts';
import { type RecoveredSale, readUpTo } from '../../src/domain/recovered-sale.ts';
import { isRoomChange, type RoomChange } from '../../src/domain/room-event.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import {
  type ChangeOutcome,
  changesByClock,
  decideSaleChange,
  expiries,
  mayPrepare,
  type SaleCommand,
} from '../../src/domain/sale-change.ts';
import {
  decideBeginPayment,
  decideConfirm,
  decideDecline,
  decideRelease,
  decideReserveAgain,
  type SettlementOutcome,
} from '../../src/domain/settlement.ts';
import type { ItemStock, SaleSnapshot } from '../../src/store/store.ts';
import { ManualClock } from './clock.ts';
import { QueueInvariants, type QueueStep } from './queue-invariants.ts';
import { brokenInvariants, type SaleEvidence } from './sale-invariants.ts';

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** Expects an order; for tests whose set-up must have made one. */
export function orderOf(outcome: PurchaseOutcome | SettlementOutcome): Order {
  if (!('order' in outcome)) throw new Error(`no order: ${outcome.code}`);
  return outcome.order;
}

/** One sale run by the pure domain in memory, its invariants checked at every step. */
export class SaleRig {
  readonly clock: ManualClock;
  readonly events: OrderEvent[] = [];
  trimmedSeq = 0;
  /** As a store that has come back as another one. */
  isFenced = false;
  #live: LiveSale;
  #recovered: RecoveredSale | null = null;
  readonly #queue = new QueueInvariants();

  constructor(sale: SaleDefinition, clock: ManualClock = new ManualClock(), epoch = 1, correlationId = 'set-up') {
    this.clock = clock;
    this.#live = new LiveSale(sale, epoch);
    this.prepare(sale, correlationId);
  }

  get live(): LiveSale {
    return this.#live;
  }

  get nowMs(): number {
    return this.clock.read();
  }

  get untrimmed(): number {
    return this.live.lastSeq - this.trimmedSeq;
  }

  adopt(epoch: number): void {
    this.isFenced = false;
    this.#record([{ type: 'sale_recovered', how: 'adopted' }], 'recovery', epoch);
  }

  /** Goes on from what the ledger has, and forgets everything else. */
  install(recovered: RecoveredSale): void {
    this.isFenced = false;
    this.#live = LiveSale.restored(recovered);
    this.#recovered = recovered;
    this.events.splice(0, this.events.length, ...recovered.events);
    this.trimmedSeq = readUpTo(recovered);
  }

  mayPrepare(sale: SaleDefinition): boolean {
    this.letClockWork();
    return mayPrepare(this.live, sale);
  }

  prepare(sale: SaleDefinition, correlationId: string): void {
    this.#record([{ type: 'sale_prepared', sale }], correlationId);
  }

  /** What the clock does to a sale is done before anyone looks. */
  letClockWork(): void {
    if (this.isFenced) return;
    this.#record(changesByClock(this.live, this.nowMs), 'clock');
    this.live.room?.lapse(this.nowMs);
  }

  join(request: Pick<JoinRequest, 'userId'> & Partial<JoinRequest>): JoinOutcome {
    this.letClockWork();
    const full = { saleId: this.live.saleId, held: false, correlationId: 'join', ...request };
    const decision = this.#carryOut(decideJoin(this.live, full, this.nowMs), full.correlationId);
    const outcome = joinOutcome(this.live, full.userId, decision, this.nowMs);
    if (outcome.code === 'joined') this.#see({ type: 'joined', ...full, ticket: outcome.place.ticket });
    return outcome;
  }

  findPlace(userId: string): FindOutcome {
    this.letClockWork();
    return findPlace(this.live, userId, this.nowMs);
  }

  leave(ref: TicketRef): 'left' | 'not_found' {
    this.letClockWork();
    const outcome = this.#carryOut(decideLeave(this.live, ref), 'leave');
    if (outcome === 'left') this.#see({ type: 'left', ticket: ref.ticket });
    return outcome;
  }

  place(ref: TicketRef): Place | null {
    this.letClockWork();
    return placeOf(this.live, ref, this.nowMs);
  }

  restore(ref: TicketRef): Place | null {
    this.letClockWork();
    this.#carryOut(decideRestore(this.live, ref), 'restore');
    return placeOf(this.live, ref, this.nowMs);
  }

  advanceGate(): number {
    this.letClockWork();
    const nowServing = this.#carryOut(decideAdvance(this.live, this.nowMs), 'clock');
    if (!this.live.isOver) this.#see({ type: 'called', nowServing });
    return nowServing;
  }

  admit(ref: TicketRef): AdmitOutcome {
    this.letClockWork();
    const position = placeOf(this.live, ref, this.nowMs)?.position ?? Number.POSITIVE_INFINITY;
    const outcome = this.#carryOut(decideAdmit(this.live, ref, this.nowMs), 'admit');
    if (outcome.code === 'admitted' && !outcome.replayed) {
      this.#see({ type: 'admitted', ticket: ref.ticket, position, expiresAtMs: outcome.admission.expiresAtMs });
    }
    return outcome;
  }

  purchase(request: PurchaseRequest, outboxFull = false): PurchaseOutcome {
    this.letClockWork();
    return this.#carryOut(decidePurchase(this.live, request, this.nowMs, outboxFull), request.correlationId);
  }

  change(command: SaleCommand, correlationId = 'operator'): ChangeOutcome {
    this.letClockWork();
    return this.#carryOut(decideSaleChange(this.live, command), correlationId);
  }

  beginPayment(orderId: string, attemptId: string, graceMs = 0): SettlementOutcome {
    return this.#settle(orderId, (order) => decideBeginPayment(this.live, order, attemptId, this.nowMs, graceMs));
  }

  decline(orderId: string, attemptId: string): SettlementOutcome {
    return this.#settle(orderId, (order) => decideDecline(this.live, order, attemptId, this.nowMs));
  }

  confirm(orderId: string, attemptId: string): SettlementOutcome {
    return this.#settle(orderId, (order) => decideConfirm(order, attemptId));
  }

  reserveAgain(orderId: string, attemptId: string, graceMs = 0): SettlementOutcome {
    return this.#settle(orderId, (order) => decideReserveAgain(this.live, order, attemptId, this.nowMs, graceMs));
  }

  release(orderId: string, reason: ReleaseReason, attemptId: string | null = null): SettlementOutcome {
    return this.#settle(orderId, (order) => decideRelease(order, reason, attemptId));
  }

  expireDue(limit = 1000): number {
    this.letClockWork();
    const changes = expiries(this.live, this.nowMs, limit);
    return this.#carryOut({ outcome: changes.length, changes }, 'clock');
  }

  stock(skuId = 'sneaker'): ItemStock {
    const stock = this.#allStock().find((item) => item.skuId === skuId);
    if (!stock) throw new Error(`no item ${skuId}`);
    return stock;
  }

  snapshot(): SaleSnapshot {
    const { sale, state, epoch, lastSeq } = this.live;
    const { trimmedSeq, nowMs: takenAtMs } = this;
    return {
      sale,
      state,
      epoch,
      lastSeq,
      trimmedSeq,
      takenAtMs,
      incarnation: this.isFenced ? 'another' : 'model',
      recovering: this.isFenced,
      stock: this.#allStock(),
      room: this.live.room && roomViewOf(this.live.room, takenAtMs),
      orders: [...this.live.orders()],
    };
  }

  evidence(): SaleEvidence {
    return { snapshot: this.snapshot(), events: this.events, recovered: this.#recovered };
  }

  #allStock(): ItemStock[] {
    return this.live.sale.items.map(({ skuId, totalStock }) => {
      const units = this.live.units(skuId);
      if (!units) throw new Error(`item ${skuId} has no units`);
      return { skuId, totalStock, ...units };
    });
  }

  #settle(orderId: string, decide: (order: Order) => Decision<SettlementOutcome>): SettlementOutcome {
    this.letClockWork();
    const order = this.live.order(orderId);
    if (!order) return { code: 'not_found' };
    return this.#carryOut(decide(order), order.correlationId);
  }

  #carryOut<Outcome>({ outcome, changes }: Decision<Outcome>, correlationId: string): Outcome {
    this.#record(changes, correlationId);
    return outcome;
  }

  #record(changes: readonly (Change | RoomChange)[], correlationId: string, epoch = this.live.epoch): void {
    for (const change of changes) {
      if (isRoomChange(change)) {
        this.live.apply({ ...change, atMs: this.nowMs });
        continue;
      }
      const event = this.#numbered(change, correlationId, epoch);
      this.live.apply(event);
      this.events.push(event);
      this.#check(change.type, brokenInvariants(this.evidence()));
      this.#seeEvent(event);
    }
  }

  #numbered(change: Change, correlationId: string, epoch: number): OrderEvent {
    const { saleId, lastSeq } = this.live;
    const requestId = 'order' in change ? change.order.correlationId : correlationId;
    return { saleId, epoch, seq: lastSeq + 1, atMs: this.nowMs, correlationId: requestId, ...change };
  }

  /** What an event of the order log means for the waiting room, as seen from outside. */
  #seeEvent(event: OrderEvent): void {
    if ('order' in event) this.#seeOrder(event);
    else if (event.type === 'sale_ended' || event.type === 'sale_cancelled') this.#see({ type: 'ended' });
    else if (event.type === 'sale_prepared' || event.type === 'gate_changed') this.#seeRules();
  }

  #seeOrder({ type, order }: Extract<OrderEvent, { order: Order }>): void {
    const { ticket, orderId, lines } = order;
    if (ticket === null) return;
    if (type === 'order_reserved') this.#see({ type: 'ordered', ticket, orderId, lines });
    else if (!isOpen(order.state)) this.#see({ type: 'order_ended', ticket, orderId });
  }

  #seeRules(): void {
    const { room, sale } = this.live;
    if (room) this.#see({ type: 'ruled', ...room.gate.settings, purchaseLimit: sale.purchaseLimit });
  }

  #see(step: DistributiveOmit<QueueStep, 'atMs'>): void {
    this.#check(step.type, this.#queue.see({ ...step, atMs: this.nowMs }));
  }

  #check(happened: string, broken: readonly string[]): void {
    if (broken.length > 0) throw new Error(`after ${happened}: ${broken.join('; ')}`);
  }
}
