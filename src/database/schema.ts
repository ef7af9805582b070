import type { ColumnType, Generated, GeneratedAlways, Kysely } from 'kysely';
import type { DeadLetterKind, DeadLetterReason, DeadLetterState } from '../domain/dead-letter.ts';
import type { DrawResult } from '../domain/draw.ts';
import type { FulfilmentState } from '../domain/fulfilment.ts';
import type { OrderState, ReleaseReason } from '../domain/order.ts';
import type { RecoveryOutcome } from '../domain/order-event.ts';
import type { OrderNews } from '../domain/order-news.ts';
import type { PaymentState } from '../domain/payment.ts';
import type { FlaggedState, ReviewState } from '../domain/review.ts';
import type { RiskFinding, RiskTrait } from '../domain/risk.ts';
import type { SaleDefinition, SaleState } from '../domain/sale.ts';

/** The ledger, or one transaction of it: every function of this folder takes either. */
export type Ledger = Kysely<LedgerSchema>;

/**
 * The tables as the code sees them. Times are `timestamptz` and come as `Date`; `bigint` comes as `number` (no
 * count here reaches 2^53); `jsonb` goes in as JSON text and comes out parsed.
 */
export interface LedgerSchema {
  sales: SalesTable;
  sale_items: SaleItemsTable;
  sale_restocks: SaleRestocksTable;
  sale_events: SaleEventsTable;
  orders: OrdersTable;
  order_items: OrderItemsTable;
  order_events: OrderEventsTable;
  payments: PaymentsTable;
  payment_method_claims: PaymentMethodClaimsTable;
  log_positions: LogPositionsTable;
  sale_epochs: SaleEpochsTable;
  audit_log: AuditLogTable;
  switches: SwitchesTable;
  draws: DrawsTable;
  draw_entries: DrawEntriesTable;
  dead_letters: DeadLettersTable;
  notifications: NotificationsTable;
  webhook_deliveries: NotificationsTable;
  order_traits: OrderTraitsTable;
  reviews: ReviewsTable;
}

/** What the buyer tells the shop for the delivery. Personal data: it lives here alone and `eraseCustomer` removes it. */
export interface Customer {
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly address: string | null;
}

type Json<T> = ColumnType<T, string, string>;
type JsonObject = Json<Readonly<Record<string, unknown>>>;

export interface SalesTable {
  sale_id: string;
  name: string;
  definition: Json<SaleDefinition>;
  state: SaleState;
  epoch: Generated<number>;
  /** The run of the one store that may sell it. Null until a store has said what it runs as. */
  incarnation: string | null;
  /** Null: nobody is finding out what the store still holds. Nothing is claimed meanwhile. */
  recovering_since: Date | null;
  /** The process that does, until when it has time. */
  recovering_by: string | null;
  recovering_until: Date | null;
  starts_at: Date;
  ends_at: Date;
  purchase_limit: number;
  /** Does it ask for risk review? The database reads it off the definition. */
  is_reviewed: GeneratedAlways<boolean>;
  created_at: Date;
  deleted_at: Date | null;
}

/** `sold` counts claimed units. Only claims write it, and a CHECK keeps it between 0 and `total_stock`. */
interface SaleItemsTable {
  sale_id: string;
  sku_id: string;
  total_stock: number;
  sold: Generated<number>;
}

interface SaleRestocksTable {
  restock_id: string;
  sale_id: string;
  sku_id: string;
  quantity: number;
  at: Date;
}

interface SaleEventsTable {
  sale_id: string;
  epoch: number;
  seq: number;
  type: string;
  at: Date;
  correlation_id: string;
  detail: JsonObject;
}

export interface OrdersTable {
  order_id: string;
  sale_id: string;
  user_id: string;
  state: OrderState;
  total_minor: number;
  currency: string;
  idempotency_key: string;
  reserved_at: Date;
  deadline: Date;
  paying_until: Date | null;
  /** The attempt that holds the order in the store, as the log says. */
  attempt_id: string | null;
  /** The attempt that may be claimed, as the ledger says: set when it is recorded, never by the log. */
  current_attempt_id: string | null;
  release_reason: ReleaseReason | null;
  claimed_at: Date | null;
  fulfilment: FulfilmentState | null;
  customer: Json<Customer> | null;
  /** Null where the sale asks for no risk review, and until the order is paid. */
  review: ReviewState | null;
  /** The place in the waiting room that it was bought from. */
  ticket: number | null;
  /** A digest that names the device. */
  device_id: string | null;
  correlation_id: string;
  /** The epoch of the sale in which its reservation was made. */
  reserved_in_epoch: Generated<number>;
  /** The newest event applied; 0 while the order is known from a request alone. */
  epoch: number;
  last_seq: number;
  /** The transaction that changed the row last (`xid8`); a trigger stamps it. Orders the feed. */
  changed_in: Generated<string>;
}

interface OrderItemsTable {
  order_id: string;
  sku_id: string;
  quantity: number;
  unit_price_minor: number;
  remaining_stock: number;
}

interface OrderEventsTable {
  id: Generated<number>;
  order_id: string;
  type: string;
  at: Date;
  correlation_id: string;
  /** Both null for what happened in the ledger itself. */
  epoch: number | null;
  seq: number | null;
  detail: JsonObject;
}

export interface PaymentsTable {
  attempt_id: string;
  order_id: string;
  sale_id: string;
  attempt_number: number;
  idempotency_key: string;
  state: PaymentState;
  /** The provider's token. Null once erased, or when the attempt was abandoned before it was recorded. */
  payment_method: string | null;
  amount_minor: number;
  currency: string;
  provider_reference: string | null;
  decline_reason: string | null;
  abandon_reason: string | null;
  correlation_id: string;
  lease_until: Date | null;
  leased_by: string | null;
  /** When a worker should look at it again; null when nothing is left to do. */
  next_try_at: Date | null;
  tries: Generated<number>;
  last_error: string | null;
  created_at: Date;
  updated_at: Date;
  traceparent: string | null;
}

/** `attempt_id`: the attempt that took the means of payment last. What it is worth follows from that attempt's state. */
interface PaymentMethodClaimsTable {
  sale_id: string;
  method_digest: string;
  order_id: string;
  attempt_id: string;
}

interface LogPositionsTable {
  sale_id: string;
  epoch: number;
  seq: number;
}

/** Epochs that a recovery began: the first event of each is the one behind `after_seq`. */
interface SaleEpochsTable {
  sale_id: string;
  epoch: number;
  after_seq: number;
  /** The epoch of the event that it is behind; 0 when there is none. */
  follows: number;
  /** Null while the recovery is under way, or came to nothing. */
  how: RecoveryOutcome | null;
  begun_at: Date;
}

interface AuditLogTable {
  id: Generated<number>;
  at: Date;
  actor: string;
  action: string;
  target: string;
  detail: JsonObject;
  correlation_id: string;
}

interface SwitchesTable {
  name: string;
  enabled: boolean;
}

interface DrawsTable {
  sale_id: string;
  made_at: Date;
  commitment: string;
  draw: Json<DrawResult>;
}

/** Entries of 32 bytes, one behind the other, from `first_ticket` on. */
interface DrawEntriesTable {
  sale_id: string;
  first_ticket: number;
  entries: Buffer;
}

/** `subject` names what failed, among its kind. `announced_at`: when whoever follows the letters was told of it. */
export interface DeadLettersTable {
  dead_letter_id: Generated<string>;
  kind: DeadLetterKind;
  subject: string;
  sale_id: string | null;
  order_id: string | null;
  reason: DeadLetterReason;
  payload: Json<unknown>;
  attempts: number;
  correlation_id: string;
  first_failed_at: Date;
  last_failed_at: Date;
  state: Generated<DeadLetterState>;
  resolved_at: Date | null;
  resolved_by: string | null;
  announced_at: Date | null;
}

/** Mails to buyers and webhooks to the shop, in a table each. No address: that is read from the order when it is sent. */
export interface NotificationsTable {
  notification_id: Generated<string>;
  sequence: Generated<number>;
  order_id: string;
  news: OrderNews;
  reason: ReleaseReason | null;
  at: Date;
  correlation_id: string;
  state: Generated<'pending' | 'delivered' | 'dropped' | 'failed'>;
  /** Null when nothing is left to do. */
  next_try_at: Date | null;
  tries: Generated<number>;
  last_error: string | null;
  leased_by: string | null;
  lease_until: Date | null;
  settled_at: Date | null;
}

/** What an order may have in common with others of its sale. `digest` names an address, token or device. */
interface OrderTraitsTable {
  sale_id: string;
  trait: RiskTrait;
  digest: string;
  order_id: string;
}

/** One for each order that was flagged; `orders.review` says the same state. */
export interface ReviewsTable {
  order_id: string;
  sale_id: string;
  state: FlaggedState;
  findings: Json<readonly RiskFinding[]>;
  opened_at: Date;
  /** Null while it is open, as are the next two. */
  decided_at: Date | null;
  decided_by: string | null;
  note: string | null;
}
