import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locustCommand } from '../../scripts/load/locust.ts';
import { orSkip } from '../support/backends.ts';
import { makeDirectory, removeDirectory, type ServerProcess, startServer } from '../support/cli-process.ts';
import { makeDataDirectory } from '../support/data-directory.ts';
import { type Lies, startLyingProxy } from '../support/lying-proxy.ts';

const ADMIN_TOKEN = 'the-operator-of-the-load-test';
const UNITS = 6;
const run = promisify(execFile);

/** Twelve buyers, half of whom cannot wait, for a few seconds. A busy machine may shed load. */
const SMALL = [
  ...['--shape', 'steady', '--crowd-scale', '0.06', '--max-5xx-share', '0.5'],
  ...['--units', String(UNITS), '--gate-rate', '5', '--impatient', '0.5'],
];
const SHORT = '0.05';
/** A busy machine is given longer, until every step has been seen. */
const EVER_LONGER = [SHORT, '0.15', '0.5'];

const STEPS = ['list', 'detail', 'session', 'join', 'status', 'admission', 'buy', 'pay', 'own orders'];

interface LoadRun {
  readonly code: number;
  readonly stdout: string;
  readonly report: LoadReport;
}

interface LoadReport {
  readonly ok: boolean;
  readonly faults: readonly string[];
  readonly operations: readonly { readonly operation: string; readonly '2xx': number }[];
  readonly problems: readonly { readonly operation: string; readonly code: string; readonly count: number }[];
}

const locust = await orSkip('the load plan', 'install python3 and python3-venv', locustCommand);

describe.skipIf(!locust)('the load plan', () => {
  let server: ServerProcess;
  let directory: string;

  beforeAll(async () => {
    directory = await makeDataDirectory();
    server = await startServer({
      DATA_DIR: directory,
      ADMIN_TOKEN,
      TRUSTED_PROXIES: '127.0.0.1',
      RATE_LIMIT_PER_IP: '40',
    });
  });

  afterAll(async () => {
    await server.end();
    await removeDirectory(directory);
  });

  test.concurrent('plays every step of a buyer, with the limits of the server on, and tells refusals apart', {
    timeout: 240_000,
  }, async () => {
    for (const timeScale of EVER_LONGER) {
      const { code, stdout, report } = await play(server.url, timeScale);
      expect({ code, faults: report.faults }).toEqual({ code: 0, faults: [] });
      expect(stdout).toContain('All answers were right, and all invariants hold.');
      if (missing(report).length === 0) return;
    }
    expect.fail('not every step and refusal was seen, however long it took');
  });

  test.concurrent('counts what several processes of one run have seen', async () => {
    const { code, report } = await play(server.url, SHORT, ['--processes', '2']);
    expect({ code, faults: report.faults }).toEqual({ code: 0, faults: [] });
    expect(report.operations.find(({ operation }) => operation === 'list')?.['2xx']).toBeGreaterThan(0);
  });

  test.concurrent('fails when the audit finds a violation', async () => {
    const { code, report } = await playThrough({
      answer: (path, body) => (path.endsWith('/audit') ? violated(body) : body),
    });
    expect(report.faults).toContainEqual(expect.stringMatching(/^audit: .+: sold 7 of 6$/));
    expect(code).toBe(1);
  });

  test.concurrent('fails when buyers have more units than there were, whatever the audit says', async () => {
    const { code, report } = await playThrough(
      {
        ask: (path, body) => (path.endsWith('/admin/sales') ? withMoreStock(body) : body),
      },
      ['--units', '1'],
    );
    expect(report.faults).toContainEqual(expect.stringMatching(/^oversold: buyers were told that they have \d+ units/));
    expect(code).toBe(1);
  });

  test.concurrent('fails on an answer that cannot be right', async () => {
    const { code, report } = await playThrough({
      answer: (path, body) => (path.endsWith('/status') ? body.replace(/"remaining":\d+/, '"remaining":-1') : body),
    });
    expect(report.faults).toContainEqual(expect.stringMatching(/^status: \d+ × a body that cannot be right$/));
    expect(code).toBe(1);
  });

  test('fails, and says why, when no sale can be opened', async () => {
    const { code, report } = await play('http://127.0.0.1:9');
    expect(report.faults).toEqual(['there was no sale']);
    expect(code).toBe(1);
  });

  async function playThrough(lies: Lies, options: readonly string[] = []): Promise<LoadRun> {
    const proxy = await startLyingProxy(server.url, lies);
    try {
      return await play(proxy.url, SHORT, options);
    } finally {
      await proxy.close();
    }
  }
});

/** What a run has not shown yet. */
function missing({ operations, problems }: LoadReport): string[] {
  const done = new Set(operations.filter((each) => each['2xx'] > 0).map(({ operation }) => operation));
  const codes = new Set(problems.map(({ code }) => code));
  const refusals = ['not_your_turn', 'rate_limited'];
  return [...STEPS.filter((step) => !done.has(step)), ...refusals.filter((code) => !codes.has(code))];
}

async function play(url: string, timeScale = SHORT, more: readonly string[] = []): Promise<LoadRun> {
  if (!locust) throw new Error('skipped without Locust');
  const directory = await makeDirectory();
  const report = join(directory, 'report');
  const options = ['--host', url, ...SMALL, '--time-scale', timeScale, '--report', report, ...more];
  const { code, stdout } = await run(locust.program, [...locust.args, ...options], {
    env: { PATH: process.env.PATH, ADMIN_TOKEN },
  }).then(
    (output) => ({ code: 0, ...output }),
    (failure: { code: number; stdout: string }) => failure,
  );
  const text = await readFile(`${report}.json`, 'utf8');
  await removeDirectory(directory);
  return { code, stdout, report: JSON.parse(text) };
}

/** One invariant broken, in the form that the real audit has. */
function violated(body: string): string {
  const report = JSON.parse(body);
  const [first, ...others] = report.invariants;
  const broken = { ...first, ok: false, violations: [{ detail: `sold ${UNITS + 1} of ${UNITS}` }] };
  return JSON.stringify({ ...report, ok: false, invariants: [broken, ...others] });
}

function withMoreStock(body: string): string {
  const draft = JSON.parse(body);
  const items = draft.items.map((item: object) => ({ ...item, total_stock: 100 * UNITS }));
  return JSON.stringify({ ...draft, items });
}
