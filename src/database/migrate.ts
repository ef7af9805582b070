import type { Ledger } from './schema.ts';

export interface MigrationStatus {
  readonly name: string;
  readonly appliedAt: Date | null;
}

/** Brings the schema up to date; safe when several processes do it at once. Returns the names of what it applied. */
export async function migrate(_db: Ledger): Promise<string[]> {
  throw new Error('not written yet');
}
export async function migrationStatus(_db: Ledger): Promise<MigrationStatus[]> {
  throw new Error('not written yet');
}
