import { type Kysely, sql } from 'kysely';

/**
 * What could not be processed. `payload` is `json` and not `jsonb`, which takes no `\u0000`: that may be the very reason
 * why something is here.
 */
const STATEMENTS = [
  `create table dead_letters (
    dead_letter_id text primary key default gen_random_uuid()::text,
    kind text not null,
    subject text not null,
    sale_id text,
    order_id text,
    reason text not null,
    payload json not null,
    attempts integer not null,
    correlation_id text not null,
    first_failed_at timestamptz not null,
    last_failed_at timestamptz not null,
    state text not null default 'open',
    resolved_at timestamptz,
    resolved_by text,
    announced_at timestamptz,
    unique (kind, subject)
  )`,
  `create index dead_letters_in_order on dead_letters (first_failed_at, dead_letter_id)`,
  `create index dead_letters_open on dead_letters (kind, reason, first_failed_at) where state = 'open'`,
  `create index dead_letters_to_announce on dead_letters (first_failed_at) where announced_at is null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
