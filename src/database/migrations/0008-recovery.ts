import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  // Earlier versions know one epoch.
  `alter table orders add column reserved_in_epoch integer not null default 1`,
  `alter table sales
    add column incarnation text,
    add column recovering_since timestamptz,
    add column recovering_by text,
    add column recovering_until timestamptz`,
  `create table sale_epochs (
    sale_id text not null,
    epoch integer not null,
    after_seq bigint not null,
    how text not null,
    at timestamptz not null,
    primary key (sale_id, epoch)
  )`,
];

/** Which store may sell a sale, who is finding out, and behind which event each epoch began. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
