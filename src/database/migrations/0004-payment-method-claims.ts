import { type Kysely, sql } from 'kysely';

/** Which attempt took a means of payment last, in a sale where one is good for one order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table payment_method_claims (
    sale_id text not null,
    method_digest text not null,
    order_id text not null,
    attempt_id text not null,
    primary key (sale_id, method_digest)
  )`.execute(db);
}
