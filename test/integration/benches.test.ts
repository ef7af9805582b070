import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Those that speak to the inside of the system, and are soon done: `BENCH_SCALE=0.001 npm run bench -- all` tries all. */
test.each(['limits', 'redis-room', 'million'])('the bench %s still runs', async (name) => {
  const env = { ...process.env, BENCH_SCALE: '0.001' };
  const { stdout } = await run(process.execPath, ['bench/main.ts', name], { env });
  expect(stdout).toMatch(/\w/);
});
