import type { Order, ReleaseReason } from '../domain/order.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../domain/purchase.ts';
import type {
  AdmitOutcome,
  FindOutcome,
  JoinOutcome,
  JoinRequest,
  Place,
  RoomView,
  TicketRef,
} from '../domain/queueing.ts';
import type { RecoveredSale } from '../domain/recovered-sale.ts';
import type { SaleDefinition, SaleState } from '../domain/sale.ts';
import type { ChangeOutcome, SaleCommand } from '../domain/sale-change.ts';
import type { SettlementOutcome } from '../domain/settlement.ts';

/**
 * The hot state: stock, reservations and waiting rooms of every sale that is prepared. Each operation is one atomic step and is
 * idempotent by an id that the caller gives. An answer is given only once what it says would survive a crash.
 *
 * Operations throw `StoreUnavailable` (retryable) when the store cannot answer, and those that decide about a sale, or
 * say where a buyer stands in it, throw `SaleRecovering` while the sale is fenced off; everything else is a value.
 *
 * A store that comes back may have lost its end, or be an older copy. So it sells a sale only as the incarnation that
 * the sale was prepared, adopted or installed in; as any other the sale is fenced off. Whoever has compared it with the
 * ledger, and holds the ledger's word for it, opens it again: `adopt` what is whole, `install` what is not.
 */
export interface Store {
  /** The one clock: decides what is before the start, after the end, expired. Epoch milliseconds, never runs backwards. */
  now(): Promise<number>;

  /** Opens a sale for business, or replaces the definition of one that is still scheduled. */
  prepareSale(sale: SaleDefinition, epoch: number, correlationId: string): Promise<'prepared' | 'wrong_state'>;
  readSale(saleId: string): Promise<SaleView | null>;
  listSales(): Promise<SaleList>;
  changeSale(saleId: string, change: SaleCommand, correlationId: string): Promise<ChangeOutcome>;
  /** Removes a sale that is over, or never began, and all that was kept of it. Refused while an order is open or an event is unread. */
  forgetSale(saleId: string): Promise<'forgotten' | 'not_found' | 'wrong_state'>;

  /** Gives a buyer the next place in the waiting room, or the one they have. A refusal uses up no number. */
  join(request: JoinRequest): Promise<JoinOutcome>;
  /** The place that joining would give again, `no_place` where it would give a new one, or why it would give none. */
  findPlace(saleId: string, userId: string): Promise<FindOutcome>;
  /** Gives a place up, and the slot inside unless an order made there is open. */
  leave(ref: TicketRef): Promise<'left' | 'not_found'>;
  /** Null for a ticket that is not this buyer's, was given up, or belongs to a sale that is over. */
  readPlace(ref: TicketRef): Promise<Place | null>;
  /**
   * Gives a place back that was lost with an earlier store, to whoever shows its genuine token. Null where `readPlace`
   * gives null and nothing was lost: the ticket is somebody's, was given up, or is of another time.
   */
  restore(ref: TicketRef): Promise<Place | null>;
  /** Calls as many of those who wait as rate, cap and stock allow at this moment. Returns the position now serving. */
  advanceGate(saleId: string): Promise<number>;
  /** Lets a buyer in who has been called. Asked again, gives the same admission until it lapses. */
  admit(ref: TicketRef): Promise<AdmitOutcome>;
  /** User ids by ticket, from the one behind `after`: ticket 1 is the first. '' for a lost one. */
  readTickets(saleId: string, after: number, limit: number): Promise<string[]>;

  /** Stops deciding about a sale, until it is adopted or installed. Does nothing to one that the store does not hold. */
  fence(saleId: string): Promise<void>;
  /** Goes on selling what the store holds, under a new epoch. `changed`: it is not, or no longer, at that place. */
  adopt(saleId: string, adoption: Adoption): Promise<'adopted' | 'changed'>;
  /** Puts a sale in place of what the store holds of it, and hands out its events. `changed`: as `adopt`. */
  install(recovered: RecoveredSale): Promise<'installed' | 'changed'>;

  purchase(request: PurchaseRequest): Promise<PurchaseOutcome>;
  /** Holds a reservation for a payment attempt: it does not expire before `graceMs` from now. */
  beginPayment(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome>;
  /** The attempt failed: back to `reserved` while time is left, otherwise expired. */
  declinePayment(ref: OrderRef, attemptId: string): Promise<SettlementOutcome>;
  /** The attempt's money is taken: the units are sold. */
  confirm(ref: OrderRef, attemptId: string): Promise<SettlementOutcome>;
  /** Money turned up for an expired order: takes the units again if sale, limit and stock allow. */
  reserveAgain(ref: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome>;
  /** Gives an open order's units back. A `paying` order is released only with the id of the attempt that holds it. */
  release(ref: OrderRef, reason: ReleaseReason, attemptId: string | null): Promise<SettlementOutcome>;

  /** Lets the clock do its work on one sale: start, end, expiry of at most `limit` reservations. Returns how many expired. */
  expireDue(saleId: string, limit: number): Promise<number>;
  /** Orders whose payment is under way beyond `payingUntilMs`, oldest first. */
  duePayments(saleId: string, limit: number): Promise<Order[]>;

  readOrder(ref: OrderRef): Promise<Order | null>;
  /** A buyer's orders in this sale, oldest first. */
  readOrders(saleId: string, userId: string): Promise<Order[]>;
  /** Every order, and the sale as it was at the same moment: what `audit` looks at. */
  snapshot(saleId: string): Promise<SaleSnapshot | null>;

  /** Events with `seq > after`, in order: `limit` of them, or all that there are. */
  readEvents(saleId: string, after: number, limit: number): Promise<OrderEvent[]>;
  /** The consumer's effects up to `upTo` are durable elsewhere. */
  trimEvents(saleId: string, upTo: number): Promise<void>;

  close(): Promise<void>;
}

export interface Adoption {
  /** Greater than `expectedEpoch`. */
  readonly epoch: number;
  readonly expectedEpoch: number;
  readonly expectedSeq: number;
}

export interface OrderRef {
  readonly saleId: string;
  readonly orderId: string;
}

/** Units of one SKU: `available + reserved + paying + sold + buffer = totalStock` at every step. */
export interface ItemStock {
  readonly skuId: string;
  readonly totalStock: number;
  readonly available: number;
  readonly reserved: number;
  readonly paying: number;
  readonly sold: number;
  readonly buffer: number;
}

export interface SaleView {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly epoch: number;
  /** The run of the store in which the sale may be sold. */
  readonly incarnation: string;
  /** The store runs as another incarnation: nothing is decided about the sale until it has been recovered. */
  readonly recovering: boolean;
  readonly stock: readonly ItemStock[];
  /** Null: nobody queues. */
  readonly room: RoomView | null;
  readonly lastSeq: number;
  /** Up to where the consumer has read: `lastSeq - trimmedSeq` events are in the outbox. */
  readonly trimmedSeq: number;
}

/** All sales. */
export interface SaleList {
  readonly views: readonly SaleView[];
  /** Ids of those whose server does not answer while others do. */
  readonly unreachable: readonly string[];
}

export interface SaleSnapshot extends SaleView {
  readonly takenAtMs: number;
  readonly orders: readonly Order[];
}

/** The store could not answer: whether the operation took effect is unknown, and repeating it is safe. */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';
  readonly retryable = true;
}

/** The store does not know whether it still may sell the sale: it is compared with the ledger first. Nothing was changed. */
export class SaleRecovering extends Error {
  readonly code = 'recovering';
  readonly retryable = true;

  constructor(saleId: string) {
    super(`sale ${saleId} is being recovered`);
  }
}
