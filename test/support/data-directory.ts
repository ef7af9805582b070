import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** For a server's `DATA_DIR`: as a first start would leave it, were there nothing in it but an empty ledger. */
export async function makeDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-data-'));
  copyEmptyLedger(join(directory, 'ledger'));
  return directory;
}

/** An embedded ledger that is up to date, and holds nothing, in a directory that is not there yet. */
export function copyEmptyLedger(directory: string): void {
  // Some thousand small files: one by one, off this thread, takes more than twice as long.
  cpSync(inject('ledgerTemplate'), directory, { recursive: true });
}

/** Removed when the test is over. */
export async function temporaryDataDirectory(): Promise<string> {
  const directory = await makeDataDirectory();
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
