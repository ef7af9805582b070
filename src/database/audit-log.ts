import type { Ledger } from './schema.ts';

export interface AuditEntry {
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
}
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

export async function writeAudit(_db: Ledger, _entry: AuditEntry): Promise<void> {
  throw new Error('not written yet');
}
/** Newest first. Throws `InvalidCursor`. */
export async function pageAudit(
  _db: Ledger,
  _request: { readonly cursor: string | null; readonly limit: number },
): Promise<AuditPage> {
  throw new Error('not written yet');
}
