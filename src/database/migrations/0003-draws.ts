import { type Kysely, sql } from 'kysely';

const STATEMENTS = [
  `create table draws (
    sale_id text primary key,
    made_at timestamptz not null,
    commitment text not null,
    draw jsonb not null
  )`,
  `create table draw_entries (
    sale_id text not null,
    first_ticket integer not null,
    entries bytea not null,
    primary key (sale_id, first_ticket)
  )`,
  `create index sales_by_name on sales (name)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
