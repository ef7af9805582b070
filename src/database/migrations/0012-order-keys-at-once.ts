import { type Kysely, sql } from 'kysely';

/**
 * One order a key is looked at when the statement is done: two who write the same order at once then meet in its id,
 * which is no conflict.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table orders
      drop constraint orders_one_per_key,
      add constraint orders_one_per_key unique (sale_id, user_id, idempotency_key, reserved_in_epoch)
        deferrable`.execute(db);
}
