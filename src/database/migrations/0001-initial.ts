import { type Kysely, sql } from 'kysely';

const TABLES = [
  `create table sales (
    sale_id text primary key,
    name text not null,
    definition jsonb not null,
    state text not null,
    epoch integer not null default 0,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    purchase_limit integer not null,
    created_at timestamptz not null,
    deleted_at timestamptz
  )`,
  `create table sale_items (
    sale_id text not null references sales,
    sku_id text not null,
    total_stock integer not null,
    sold integer not null default 0,
    primary key (sale_id, sku_id),
    constraint sale_items_never_oversold check (sold >= 0 and sold <= total_stock)
  )`,
  `create table sale_restocks (
    restock_id text primary key,
    sale_id text not null,
    sku_id text not null,
    quantity integer not null,
    at timestamptz not null
  )`,
  `create table sale_events (
    sale_id text not null,
    epoch integer not null,
    seq bigint not null,
    type text not null,
    at timestamptz not null,
    correlation_id text not null,
    detail jsonb not null,
    primary key (sale_id, epoch, seq)
  )`,
  `create table orders (
    order_id text primary key,
    sale_id text not null,
    user_id text not null,
    state text not null,
    total_minor bigint not null,
    currency text not null,
    idempotency_key text not null,
    reserved_at timestamptz not null,
    deadline timestamptz not null,
    paying_until timestamptz,
    attempt_id text,
    current_attempt_id text,
    release_reason text,
    claimed_at timestamptz,
    fulfilment text,
    customer jsonb,
    correlation_id text not null,
    epoch integer not null,
    last_seq bigint not null,
    changed_in xid8 not null default pg_current_xact_id(),
    unique (sale_id, user_id, idempotency_key)
  )`,
  `create index orders_of_user on orders (user_id, reserved_at)`,
  `create index orders_of_sale on orders (sale_id, reserved_at, order_id)`,
  `create index orders_feed on orders (changed_in, order_id)`,
  `create table order_items (
    order_id text not null,
    sku_id text not null,
    quantity integer not null,
    unit_price_minor bigint not null,
    remaining_stock integer not null,
    primary key (order_id, sku_id)
  )`,
  `create table order_events (
    id bigint generated always as identity primary key,
    order_id text not null,
    type text not null,
    at timestamptz not null,
    correlation_id text not null,
    epoch integer,
    seq bigint,
    detail jsonb not null,
    unique (order_id, epoch, seq)
  )`,
  `create table payments (
    attempt_id text primary key,
    order_id text not null,
    sale_id text not null,
    attempt_number integer not null,
    idempotency_key text not null,
    state text not null,
    payment_method text,
    amount_minor bigint not null,
    currency text not null,
    provider_reference text,
    decline_reason text,
    abandon_reason text,
    correlation_id text not null,
    lease_until timestamptz,
    leased_by text,
    next_try_at timestamptz,
    tries integer not null default 0,
    last_error text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (order_id, idempotency_key)
  )`,
  `create index payments_due on payments (next_try_at) where next_try_at is not null`,
  `create table log_positions (
    sale_id text primary key,
    epoch integer not null,
    seq bigint not null
  )`,
  `create table audit_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor text not null,
    action text not null,
    target text not null,
    detail jsonb not null,
    correlation_id text not null
  )`,
  `create table switches (
    name text primary key,
    enabled boolean not null
  )`,
];

/** Every update of an order moves it to the end of the feed, whoever makes it. */
const FEED = [
  `create function stamp_order_change() returns trigger language plpgsql as $$
  begin
    new.changed_in := pg_current_xact_id();
    return new;
  end $$`,
  `create trigger orders_changed before update on orders for each row execute function stamp_order_change()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...TABLES, ...FEED]) await sql.raw(statement).execute(db);
}
