import type { Decision } from '../../src/domain/decision.ts';
import { decideAdmit, decideAdvance } from '../../src/domain/gate-decisions.ts';
import { LiveSale } from '../../src/domain/live-sale.ts';
import type { Order, ReleaseReason } from '../../src/domain/order.ts';
import type { Change, OrderEvent } from '../../src/domain/order-event.ts';
import { decidePurchase, type PurchaseOutcome, type PurchaseRequest } from '../../src/domain/purchase.ts';
import {
  type AdmitOutcome,
  decideJoin,
  decideLeave,
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
import { brokenInvariants } from './sale-invariants.ts';

/** Expects an order; for tests whose set-up must have made one. */
export function orderOf(outcome: PurchaseOutcome | SettlementOutcome): Order {
  if (!('order' in outcome)) throw new Error(`no order: ${outcome.code}`);
  return outcome.order;
}

/** One sale run by the pure domain in memory, its invariants checked after every event. */
export class SaleRig {
  readonly live: LiveSale;
  readonly clock: ManualClock;
  readonly events: OrderEvent[] = [];
  trimmedSeq = 0;

  constructor(sale: SaleDefinition, clock: ManualClock = new ManualClock(), epoch = 1, correlationId = 'set-up') {
    this.clock = clock;
    this.live = new LiveSale(sale, epoch);
    this.prepare(sale, correlationId);
  }

  get nowMs(): number {
    return this.clock.read();
  }

  get untrimmed(): number {
    return this.live.lastSeq - this.trimmedSeq;
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
    this.#record(changesByClock(this.live, this.nowMs), 'clock');
    this.live.room?.lapse(this.nowMs);
  }

  join(request: Pick<JoinRequest, 'userId'> & Partial<JoinRequest>): JoinOutcome {
    this.letClockWork();
    const full = { saleId: this.live.saleId, held: false, correlationId: 'join', ...request };
    const outcome = this.#carryOut(decideJoin(this.live, full, this.nowMs), full.correlationId);
    return joinOutcome(this.live, full.userId, outcome, this.nowMs);
  }

  findPlace(userId: string): FindOutcome {
    this.letClockWork();
    return findPlace(this.live, userId, this.nowMs);
  }

  leave(ref: TicketRef): 'left' | 'not_found' {
    this.letClockWork();
    return this.#carryOut(decideLeave(this.live, ref), 'leave');
  }

  place(ref: TicketRef): Place | null {
    this.letClockWork();
    return placeOf(this.live, ref, this.nowMs);
  }

  advanceGate(): number {
    this.letClockWork();
    return this.#carryOut(decideAdvance(this.live, this.nowMs), 'clock');
  }

  admit(ref: TicketRef): AdmitOutcome {
    this.letClockWork();
    return this.#carryOut(decideAdmit(this.live, ref, this.nowMs), 'admit');
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
      stock: this.#allStock(),
      room: this.live.room && roomViewOf(this.live.room, takenAtMs),
      orders: [...this.live.orders()],
    };
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

  #record(changes: readonly (Change | RoomChange)[], correlationId: string): void {
    for (const change of changes) {
      this.#apply(change, correlationId);
      const broken = brokenInvariants({ snapshot: this.snapshot(), events: this.events });
      if (broken.length > 0) throw new Error(`after ${change.type}: ${broken.join('; ')}`);
    }
  }

  #apply(change: Change | RoomChange, correlationId: string): void {
    if (isRoomChange(change)) {
      this.live.apply({ ...change, atMs: this.nowMs });
      return;
    }
    const { saleId, epoch, lastSeq } = this.live;
    const requestId = 'order' in change ? change.order.correlationId : correlationId;
    const event = { saleId, epoch, seq: lastSeq + 1, atMs: this.nowMs, correlationId: requestId, ...change };
    this.live.apply(event);
    this.events.push(event);
  }
}
