import { expect, it } from 'vitest';
import { runCli, startServer } from '../support/cli-process.ts';
import { temporaryDataDirectory } from '../support/data-directory.ts';

const CROWD = [
  'simulate',
  '--buyers',
  '200',
  '--units',
  '20',
  '--seconds',
  '1',
  '--reservation-seconds',
  '2',
  '--seed',
  '7',
];

interface Result {
  readonly ok: boolean;
  readonly units: { readonly total: number; readonly sold: number; readonly reserved: number };
  readonly buyers: Readonly<Record<string, number>>;
  readonly answers: readonly { operation: string; status: number; code: string; count: number }[];
  readonly faults: readonly string[];
  readonly audit: { readonly ok: boolean };
}

it('plays a whole sale on a server of its own, and every book agrees', async () => {
  const { code, stdout, stderr } = await runCli([...CROWD, '--json']);
  expect(stderr).toContain('rate limit per IP is off');
  const result: Result = JSON.parse(stdout);
  expect(result.faults).toEqual([]);
  expect(result).toMatchObject({ ok: true, audit: { ok: true }, units: { total: 20, reserved: 0 } });
  expect(result.units.sold).toBeGreaterThan(0);
  expect(result.units.sold).toBeLessThanOrEqual(20);
  expect(sum(Object.values(result.buyers))).toBe(200);
  expect(countOf(result, 'createSession', 201)).toBe(200);
  expect(countOf(result, 'purchase', 409)).toBeGreaterThan(0);
  expect(code).toBe(0);
});

it('on a server that it is given, its rate limits apply and are counted as what they are', async () => {
  const ADMIN_TOKEN = 'operator-of-this-test';
  const DATA_DIR = await temporaryDataDirectory();
  const server = await startServer({ DATA_DIR, ADMIN_TOKEN, RATE_LIMIT_PER_IP: '100' });
  const { stdout, stderr } = await runCli([...CROWD, '--url', server.url, '--json'], { ADMIN_TOKEN });
  await server.end();
  expect(stderr).toContain('Its rate limits apply');
  const result: Result = JSON.parse(stdout);
  expect(countOf(result, 'createSession', 429)).toBeGreaterThan(0);
  expect(result.buyers.turned_away).toBeGreaterThan(0);
});

function countOf({ answers }: Result, operation: string, status: number): number {
  return sum(answers.filter((it) => it.operation === operation && it.status === status).map(({ count }) => count));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
