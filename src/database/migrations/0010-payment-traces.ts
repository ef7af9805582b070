import { type Kysely, sql } from 'kysely';

/** The trace that a payment belongs to, for the workers that carry it out. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table payments add column traceparent text`.execute(db);
}
