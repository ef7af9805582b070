import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Earlier versions know one epoch.
  `alter table orders add column reserved_in_epoch integer not null default 1`,
  // A key whose order was lost may be used again, and the lost order turn up later.
  `alter table orders
    drop constraint orders_sale_id_user_id_idempotency_key_key,
    add constraint orders_one_per_key unique (sale_id, user_id, idempotency_key, reserved_in_epoch)`,
  `alter table sales
    add column incarnation text,
    add column recovering_since timestamptz,
    add column recovering_by text,
    add column recovering_until timestamptz`,
  `create table sale_epochs (
    sale_id text not null,
    epoch integer not null,
    after_seq bigint not null,
    follows integer not null,
    how text,
    begun_at timestamptz not null,
    primary key (sale_id, epoch)
  )`,
];

/** Which store may sell a sale, who is finding out, and behind which event each epoch began. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
