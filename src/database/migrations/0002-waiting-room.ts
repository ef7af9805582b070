import { type Kysely, sql } from 'kysely';

/** Where an order came from. Nullable, so that a version that does not know them goes on writing. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table orders add column ticket integer, add column device_id text`.execute(db);
}
