import { type Selectable, sql } from 'kysely';
import type { DeadLetterKind, DeadLetterReason, DeadLetterState } from '../domain/dead-letter.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { DeadLettersTable, Ledger } from './schema.ts';

/** Something that failed, and failed for good as far as its processor knows. */
export interface Failure {
  readonly kind: DeadLetterKind;
  /** What failed, by a name that no other thing of its kind has: a repeated failure meets its letter by it. */
  readonly subject: string;
  readonly saleId: string | null;
  readonly orderId: string | null;
  readonly reason: DeadLetterReason;
  /** What a replay needs. No personal data: it outlives the erasure of its buyer. */
  readonly payload: unknown;
  /** Failed tries so far, if this is the first failure that is told. */
  readonly attempts: number;
  readonly correlationId: string;
  readonly nowMs: number;
}

export interface DeadLetter extends Omit<Failure, 'nowMs'> {
  readonly deadLetterId: string;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly state: DeadLetterState;
  readonly resolvedAtMs: number | null;
  readonly resolvedBy: string | null;
}

export interface DeadLetterPageRequest {
  readonly state: DeadLetterState | null;
  readonly kind: DeadLetterKind | null;
  readonly orderId?: string | undefined;
  readonly cursor: string | null;
  readonly limit: number;
}

export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export interface Resolution {
  readonly deadLetterId: string;
  readonly state: Exclude<DeadLetterState, 'open'>;
  readonly resolvedBy: string;
  readonly nowMs: number;
}

/** The open letters with one reason. */
export interface OpenDeadLetters {
  readonly reason: string;
  readonly count: number;
  readonly oldestFailedAtMs: number;
}

/**
 * Writes a failure down, in the transaction of whoever gives up on it. One that has its letter already is counted
 * there, and opens it again if it had been replayed. Returns the letter if it is open now and was not before.
 *
 * A letter is locked before the payment or notification that it is about, as everybody does: an operator replays it at
 * the same moment.
 */
export async function writeDeadLetter(tx: Ledger, failure: Failure): Promise<DeadLetter | null> {
  const at = new Date(failure.nowMs);
  const { rows } = await sql<Selectable<DeadLettersTable> & { state_before: DeadLetterState | null }>`
    with before as (
      select state from dead_letters where kind = ${failure.kind} and subject = ${storable(failure.subject)}
    )
    insert into dead_letters (
      kind, subject, sale_id, order_id, reason, payload, attempts, correlation_id, first_failed_at, last_failed_at
    ) values (
      ${failure.kind}, ${storable(failure.subject)}, ${failure.saleId && storable(failure.saleId)},
      ${failure.orderId && storable(failure.orderId)}, ${failure.reason}, ${JSON.stringify(failure.payload)},
      ${failure.attempts}, ${storable(failure.correlationId)}, ${at}, ${at}
    )
    on conflict (kind, subject) do update set
      state = case dead_letters.state when 'discarded' then 'discarded' else 'open' end,
      resolved_at = case dead_letters.state when 'discarded' then dead_letters.resolved_at end,
      resolved_by = case dead_letters.state when 'discarded' then dead_letters.resolved_by end,
      announced_at = case dead_letters.state when 'replayed' then null else dead_letters.announced_at end,
      reason = excluded.reason,
      payload = excluded.payload,
      attempts = dead_letters.attempts + 1,
      last_failed_at = excluded.last_failed_at
    returning *, (select state from before) as state_before`.execute(tx);
  const [row] = rows;
  return row?.state === 'open' && row.state_before !== 'open' ? toDeadLetter(row) : null;
}

/** What makes an event poison may be a text that no column takes. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

export async function findDeadLetter(db: Ledger, deadLetterId: string): Promise<DeadLetter | null> {
  const row = await db
    .selectFrom('dead_letters')
    .selectAll()
    .where('dead_letter_id', '=', deadLetterId)
    .executeTakeFirst();
  return row ? toDeadLetter(row) : null;
}

/** As it is until the end of the transaction. */
export async function lockDeadLetter(tx: Ledger, deadLetterId: string): Promise<DeadLetter | null> {
  const row = await tx
    .selectFrom('dead_letters')
    .selectAll()
    .where('dead_letter_id', '=', deadLetterId)
    .forUpdate()
    .executeTakeFirst();
  return row ? toDeadLetter(row) : null;
}

/** Newest first. Throws `InvalidCursor`. */
export async function pageDeadLetters(db: Ledger, request: DeadLetterPageRequest): Promise<DeadLetterPage> {
  const { state, kind, orderId, cursor, limit } = request;
  let page = db.selectFrom('dead_letters').selectAll();
  if (state !== null) page = page.where('state', '=', state);
  if (kind !== null) page = page.where('kind', '=', kind);
  if (orderId !== undefined) page = page.where('order_id', '=', orderId);
  if (cursor !== null) page = page.where(comesAfter(cursor));
  const rows = await page
    .orderBy('first_failed_at', 'desc')
    .orderBy('dead_letter_id', 'desc')
    .limit(limit + 1)
    .execute();
  const letters = rows.slice(0, limit).map(toDeadLetter);
  const last = letters.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { letters, nextCursor: more ? encodeCursor(last.firstFailedAtMs, last.deadLetterId) : null };
}

export async function resolveDeadLetter(tx: Ledger, resolution: Resolution): Promise<void> {
  const { deadLetterId, state, resolvedBy, nowMs } = resolution;
  await tx
    .updateTable('dead_letters')
    .set({ state, resolved_by: resolvedBy, resolved_at: new Date(nowMs) })
    .where('dead_letter_id', '=', deadLetterId)
    .execute();
}

/** Closes the open letter of something that is done once more without it, if there is one. */
export async function closeLetterOf(
  tx: Ledger,
  { kind, subject, resolvedBy, nowMs }: Pick<Failure, 'kind' | 'subject'> & Pick<Resolution, 'resolvedBy' | 'nowMs'>,
): Promise<void> {
  await tx
    .updateTable('dead_letters')
    .set({ state: 'replayed', resolved_by: resolvedBy, resolved_at: new Date(nowMs) })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('state', '=', 'open')
    .execute();
}

/** Closes the letters of payments that came to their end after all. Returns how many. */
export async function closeLettersOfSettledPayments(
  db: Ledger,
  { resolvedBy, nowMs }: Pick<Resolution, 'resolvedBy' | 'nowMs'>,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update dead_letters set state = 'replayed', resolved_by = ${resolvedBy}, resolved_at = ${new Date(nowMs)}
    from payments
    where dead_letters.state = 'open' and dead_letters.kind = 'payment'
      and payments.attempt_id = dead_letters.subject and payments.next_try_at is null`.execute(db);
  return Number(numAffectedRows);
}

export async function countOpenDeadLetters(db: Ledger): Promise<OpenDeadLetters[]> {
  const { rows } = await sql<{ reason: string; count: number; oldest: Date }>`
    select reason, count(*) as count, min(first_failed_at) as oldest
    from dead_letters where state = 'open' group by reason`.execute(db);
  return rows.map(({ reason, count, oldest }) => ({ reason, count, oldestFailedAtMs: oldest.getTime() }));
}

/** Letters that nobody has been told of, oldest first. */
export async function unannouncedDeadLetters(db: Ledger, limit: number): Promise<DeadLetter[]> {
  const rows = await db
    .selectFrom('dead_letters')
    .selectAll()
    .where('announced_at', 'is', null)
    .orderBy('first_failed_at')
    .limit(limit)
    .execute();
  return rows.map(toDeadLetter);
}

export async function markAnnounced(db: Ledger, deadLetterIds: readonly string[], nowMs: number): Promise<void> {
  await db
    .updateTable('dead_letters')
    .set({ announced_at: new Date(nowMs) })
    .where('dead_letter_id', 'in', deadLetterIds)
    .execute();
}

function comesAfter(cursor: string) {
  const { major, minor } = decodeCursor(cursor);
  return sql<boolean>`(first_failed_at, dead_letter_id) < (${new Date(major)}, ${minor})`;
}

function toDeadLetter(row: Selectable<DeadLettersTable>): DeadLetter {
  return {
    deadLetterId: row.dead_letter_id,
    kind: row.kind,
    subject: row.subject,
    saleId: row.sale_id,
    orderId: row.order_id,
    reason: row.reason,
    payload: row.payload,
    attempts: row.attempts,
    correlationId: row.correlation_id,
    firstFailedAtMs: row.first_failed_at.getTime(),
    lastFailedAtMs: row.last_failed_at.getTime(),
    state: row.state,
    resolvedAtMs: row.resolved_at?.getTime() ?? null,
    resolvedBy: row.resolved_by,
  };
}
