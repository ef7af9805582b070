import { type Kysely, sql } from 'kysely';

/** What is still to be told: to buyers by mail, to the shop by webhook. One shape, since they are sent alike. */
const CHANNELS = ['notifications', 'webhook_deliveries'];

const columns = `
  notification_id text primary key default gen_random_uuid()::text,
  sequence bigint not null generated always as identity unique,
  order_id text not null,
  news text not null,
  reason text,
  at timestamptz not null,
  correlation_id text not null,
  state text not null default 'pending',
  next_try_at timestamptz,
  tries integer not null default 0,
  last_error text,
  leased_by text,
  lease_until timestamptz,
  settled_at timestamptz`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of CHANNELS) {
    await sql.raw(`create table ${table} (${columns})`).execute(db);
    await sql.raw(`create index ${table}_due on ${table} (next_try_at) where next_try_at is not null`).execute(db);
    // An order's news go out one after the other.
    await sql
      .raw(`create index ${table}_open on ${table} (order_id, sequence) where next_try_at is not null`)
      .execute(db);
  }
}
