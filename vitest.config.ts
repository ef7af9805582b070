import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { SHORT_LIVED } from './test/support/node-flags.ts';

/** They wait more than they compute: begun first, they go on beside the others and are not left alone at the end. */
const LONGEST = [
  '/cluster/outages.test.ts',
  '/kill-server.test.ts',
  '/test/docs.test.ts',
  '/cli-simulate',
  '/test/e2e/',
  '/test/faults/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONGEST.findIndex((part) => moduleId.includes(part));
  return rank === -1 ? LONGEST.length : rank;
}

export default defineConfig({
  resolve: { alias: { '#sdk': fileURLToPath(new URL('sdk/src', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts', 'sdk/test/**/*.test.ts', 'web/src/**/*.test.ts'],
    globalSetup: ['test/support/temporary-files.ts', 'test/support/ledger-template.ts', 'test/support/web-build.ts'],
    // Real servers start slowly on a machine that is busy with other tests.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More than the two cores of a small machine, which four files at a time leave idle for an eighth of the time: they wait.
    maxWorkers: 5,
    pool: 'forks',
    // Files that a worker takes one after the other share what they import: no module keeps what a test has done.
    isolate: false,
    execArgv: SHORT_LIVED,
    expect: { poll: { timeout: 30_000 } },
    sequence: { sequencer: LongestFirst },
  },
});
