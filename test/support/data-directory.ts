import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';

/** For a server's `DATA_DIR`: as a first start would leave it, were there nothing in it but an empty ledger. */
export async function makeDataDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-data-'));
  // Some thousand small files: one by one, off this thread, takes more than twice as long.
  cpSync(inject('ledgerTemplate'), join(directory, 'ledger'), { recursive: true });
  return directory;
}

/** Removed when the test is over. */
export async function temporaryDataDirectory(): Promise<string> {
  const directory = await makeDataDirectory();
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
