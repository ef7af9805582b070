import { type Kysely, sql } from 'kysely';

/** Risk review: where each order stands, what was found, and what orders have in common. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table sales add column is_reviewed boolean not null
    generated always as (coalesce(jsonb_typeof(definition -> 'riskReview') = 'object', false)) stored`.execute(db);
  await sql`alter table orders add column review text`.execute(db);
  await sql`create index orders_to_review on orders (sale_id, order_id) where review = 'pending'`.execute(db);
  await sql`create table order_traits (
    sale_id text not null,
    trait text not null,
    digest text not null,
    order_id text not null,
    primary key (sale_id, trait, digest, order_id)
  )`.execute(db);
  await sql`create index order_traits_of_order on order_traits (order_id)`.execute(db);
  await sql`create table reviews (
    order_id text primary key,
    sale_id text not null,
    state text not null,
    findings jsonb not null,
    opened_at timestamptz not null,
    decided_at timestamptz,
    decided_by text,
    note text
  )`.execute(db);
  await sql`create index reviews_by_age on reviews (opened_at, order_id)`.execute(db);
}
