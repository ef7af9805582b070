import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../src/database/embedded-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The directory of an embedded ledger that has been opened once, and holds nothing. */
    readonly ledgerTemplate: string;
  }
}

let directory: string;

/** Once for all test files: an empty PostgreSQL takes longer to make than most tests take to run. */
export async function setup({ provide }: TestProject): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'tidegate-template-'));
  const dataDir = join(directory, 'ledger');
  const onFault = (fault: Error) => {
    throw fault;
  };
  const ledger = await openPglite({ dataDir, onFault });
  await ledger.ping();
  await ledger.close();
  provide('ledgerTemplate', dataDir);
}

export async function teardown(): Promise<void> {
  await rm(directory, { recursive: true });
}
