import { type Kysely, sql } from 'kysely';

/** What was told of one order is asked for too, and not only what is still to be told of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['notifications', 'webhook_deliveries']) {
    await sql.raw(`create index ${table}_of_order on ${table} (order_id, sequence)`).execute(db);
    await sql.raw(`drop index ${table}_open`).execute(db);
  }
}
