import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { migrate } from '../../src/database/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The directory of an embedded ledger that is up to date, and holds nothing. */
    readonly ledgerTemplate: string;
  }
}

let directory: string;

/** Once for all test files: an empty ledger takes longer to make than most tests take to run. */
export async function setup({ provide }: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'tidegate-template-'));
  const dataDir = join(directory, 'ledger');
  const onFault = (fault: Error) => {
    throw fault;
  };
  const ledger = await openPglite({ dataDir, onFault });
  await migrate(ledger.db);
  await ledger.close();
  provide('ledgerTemplate', dataDir);
}

export async function teardown(): Promise<void> {
  await rm(directory, { recursive: true });
}
