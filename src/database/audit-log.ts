import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Ledger } from './schema.ts';

/** Who did what to which thing, and when. `detail` is for reading, in snake_case. */
export interface AuditEntry {
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
}

interface WrittenAuditEntry extends AuditEntry {
  readonly entryId: string;
}

/** Only entries that are like all that is given. */
export interface AuditPageRequest {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly cursor: string | null;
  readonly limit: number;
}

export interface AuditPage {
  readonly entries: readonly WrittenAuditEntry[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export async function writeAudit(db: Ledger, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      at: new Date(entry.atMs),
      actor: entry.actor,
      action: entry.action,
      target: entry.target,
      detail: JSON.stringify(entry.detail),
      correlation_id: entry.correlationId,
    })
    .execute();
}

/** Newest first. Throws `InvalidCursor`. */
export async function pageAudit(
  db: Ledger,
  { actor, action, target, fromMs, untilMs, cursor, limit }: AuditPageRequest,
): Promise<AuditPage> {
  let page = db.selectFrom('audit_log').selectAll();
  if (actor !== undefined) page = page.where('actor', '=', actor);
  if (action !== undefined) page = page.where('action', '=', action);
  if (target !== undefined) page = page.where('target', '=', target);
  if (fromMs !== undefined) page = page.where('at', '>=', new Date(fromMs));
  if (untilMs !== undefined) page = page.where('at', '<', new Date(untilMs));
  if (cursor !== null) page = page.where('id', '<', decodeCursor(cursor).major);
  const rows = await page
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map((row) => ({
      entryId: String(row.id),
      atMs: row.at.getTime(),
      actor: row.actor,
      action: row.action,
      target: row.target,
      detail: row.detail,
      correlationId: row.correlation_id,
    })),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.id, '') : null,
  };
}
