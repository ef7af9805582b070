import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli-process.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';

const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
afterAll(() => Promise.all([redis?.stop(), postgres?.stop()]));

describe.skipIf(!redis || !postgres)('a simulation on servers that many processes share', () => {
  test('plays a crowd against gateways and processors of its own, and finds every book right', {
    timeout: 120_000,
  }, async () => {
    const crowd = ['--buyers', '150', '--units', '40', '--seconds', '2', '--reservation-seconds', '4', '--seed', '5'];
    const { code, stdout, stderr } = await runCli(
      ['simulate', '--gateways', '2', '--processors', '1', ...crowd, '--json'],
      { STORE_URL: redis?.url ?? '', DATABASE_URL: postgres?.url ?? '' },
    );
    expect(stderr).toMatch(/http:\/\/\S+, http:\/\/\S+\. Its rate limit/);
    expect(code).toBe(0);
    const { ok, units, faults, charged_minor } = JSON.parse(stdout);
    expect({ ok, faults }).toEqual({ ok: true, faults: [] });
    expect(units.sold).toBeGreaterThan(0);
    expect(charged_minor).toBeGreaterThan(0);
  });
});
