import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#sdk': fileURLToPath(new URL('sdk/src', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts', 'sdk/test/**/*.test.ts', 'web/src/**/*.test.ts'],
    globalSetup: ['test/support/compile-cache.ts', 'test/support/ledger-template.ts', 'test/support/web-build.ts'],
    // Real servers start slowly on a machine that is busy with other tests.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // More than the two cores of a small machine: files wait for syncs, clocks and other processes half of their time.
    maxWorkers: 3,
    pool: 'forks',
  },
});
