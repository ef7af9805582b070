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
    // Two cores: more workers than that only make the real servers and crash tests fight for them.
    maxWorkers: 2,
    pool: 'forks',
  },
});
