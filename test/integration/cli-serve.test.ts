import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, createClient } from '#sdk/client.ts';
import type { Reservation } from '#sdk/contract/purchase.ts';
import {
  collectOutput,
  runCli,
  type ServerProcess,
  spawnCli,
  startServer,
  temporaryDirectory,
} from '../support/cli-process.ts';
import { temporaryDataDirectory } from '../support/data-directory.ts';

const run = promisify(execFile);

async function serve(env: Readonly<Record<string, string>>, flags?: readonly string[]): Promise<ServerProcess> {
  const server = await startServer(env, flags);
  onTestFinished(async () => void (await server.end()));
  return server;
}

describe('the first start', () => {
  it('creates a demo sale with a waiting room that is open', async () => {
    const server = await serve({ DATA_DIR: await temporaryDirectory() }, []);
    const { sales } = await createClient({ baseUrl: server.url }).listSales();
    const queued = sales.find(({ waiting_room: room }) => room !== null);
    expect(queued).toMatchObject({ phase: 'queueing' });
    expect(server.output.stderr).toContain(queued?.sale_id ?? 'no sale');
  });

  it('creates a demo sale, and prints a line that buys from it', async () => {
    const server = await serve({ DATA_DIR: await temporaryDataDirectory() }, []);
    const curl = server.output.stderr.split('\n').find((line) => line.startsWith('curl '));
    const { stdout } = await run('sh', ['-c', curl ?? '']);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'reserved', currency: 'EUR' } satisfies Partial<Reservation>);
  });

  it('prints the admin token once; it is kept where only its owner can read it', async () => {
    const DATA_DIR = await temporaryDataDirectory();
    const first = await serve({ DATA_DIR });
    const path = join(DATA_DIR, 'admin-token');
    const token = (await readFile(path, 'utf8')).trim();
    expect(token).not.toBe('');
    expect(first.output.stderr).toContain(token);
    expect(first.output.stdout).not.toContain(token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await first.end();
    const second = await serve({ DATA_DIR });
    expect(second.output.stderr).not.toContain(token);
    expect(second.output.stderr).toContain(path);
  });

  it('makes its demo sales once, and none if they are not wanted', async () => {
    const DATA_DIR = await temporaryDataDirectory();
    const without = await serve({ DATA_DIR }, ['--no-demo']);
    expect(await saleCount(without)).toBe(0);
    await without.end();
    const first = await serve({ DATA_DIR }, []);
    expect(await saleCount(first)).toBe(2);
    await first.end();
    expect(await saleCount(await serve({ DATA_DIR }, []))).toBe(2);
  });

  it('in production makes no demo sale and does not print the token', async () => {
    const DATA_DIR = await temporaryDataDirectory();
    const server = await serve(
      { DATA_DIR, NODE_ENV: 'production', AUTH_MODE: 'guest', PAYMENT_URL: 'http://127.0.0.1:9', PAYMENT_SECRET: 's' },
      [],
    );
    const token = (await readFile(join(DATA_DIR, 'admin-token'), 'utf8')).trim();
    expect(server.output.stderr).not.toContain(token);
    expect(server.output.stderr).toContain(join(DATA_DIR, 'admin-token'));
    expect(await saleCount(server)).toBe(0);
  });
});

describe('a start that cannot be ends with 1, in one sentence', () => {
  it('when the port is taken', async () => {
    const { url } = await serve({ DATA_DIR: await temporaryDataDirectory() });
    const PORT = new URL(url).port;
    const { code, stderr } = await runCli(['serve'], { DATA_DIR: await temporaryDataDirectory(), PORT });
    expect(stderr).toBe(
      `error: Port ${PORT} of 127.0.0.1 is in use by another program. Stop it, or set PORT to another one.\n`,
    );
    expect(code).toBe(1);
  });

  it('when another process has the data directory', async () => {
    const DATA_DIR = await temporaryDataDirectory();
    await serve({ DATA_DIR });
    const { code, stderr } = await runCli(['serve'], { DATA_DIR, PORT: '0' });
    expect(stderr).toContain('is in use by another Tidegate');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('when the journal is damaged', async () => {
    const DATA_DIR = await temporaryDataDirectory();
    const server = await serve({ DATA_DIR });
    await server.end();
    await removeJournalLog(join(DATA_DIR, 'journal'));
    const { code, stderr } = await runCli(['serve'], { DATA_DIR, PORT: '0' });
    expect(stderr).toContain(`error: The order journal in ${DATA_DIR}/journal is damaged`);
    expect(stderr).toContain('Restore');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });
});

async function removeJournalLog(directory: string): Promise<void> {
  const log = (await readdir(directory)).find((name) => name.endsWith('.log'));
  await rm(join(directory, log ?? ''));
}

describe('stopping', () => {
  it('finishes the requests that are under way, and ends with 0', async () => {
    const server = await serve({ DATA_DIR: await temporaryDataDirectory() }, []);
    const payment = await beginSlowPayment(server);
    const gone = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    expect((await payment.answer).status).toBe('working');
    expect(await gone).toEqual([0, null]);
  });

  it('ends with 0 also while it creates its demo sales', async () => {
    const child = spawnCli(['serve'], { DATA_DIR: await temporaryDataDirectory(), PORT: '0', DRAIN_TIME: '0s' });
    const output = collectOutput(child);
    const gone = once(child, 'close');
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    expect([await gone, output.stderr]).toEqual([[0, null], '']);
  });

  it('ends at once at a second signal', async () => {
    const server = await serve({ DATA_DIR: await temporaryDataDirectory() }, []);
    const payment = await beginSlowPayment(server);
    const lost = expect(payment.answer).rejects.toThrow();
    const gone = once(server.child, 'exit');
    server.child.kill('SIGINT');
    // Two signals in the same moment are one Ctrl-C that npm has passed on.
    await sleep(600);
    server.child.kill('SIGINT');
    expect(await gone).toEqual([1, null]);
    await lost;
  });

  it('comes when the process that started it is gone', async () => {
    const server = await serve({ DATA_DIR: await temporaryDataDirectory() });
    const gone = once(server.child, 'exit');
    server.child.disconnect();
    expect(await gone).toEqual([0, null]);
  });
});

async function saleCount({ url, env }: ServerProcess): Promise<number> {
  const token = (await readFile(join(env.DATA_DIR ?? '', 'admin-token'), 'utf8')).trim();
  const { sales } = await createClient({ baseUrl: url, token }).listAdminSales();
  return sales.length;
}

/** A payment that its request waits for: the provider leaves it open for as long as this test lasts. */
async function beginSlowPayment({ url }: ServerProcess) {
  const { token } = await createClient({ baseUrl: url }).createSession();
  const client = createClient({ baseUrl: url, token, retries: 0, timeoutMs: 30_000 });
  const { order_id } = await reserveAnything(client);
  const answer = client.pay({ order_id, payment_method: 'pm_late' });
  await expect.poll(async () => (await client.readOrder({ order_id })).status).toBe('paying');
  return { answer };
}

async function reserveAnything(client: Client): Promise<Reservation> {
  const [sale] = (await client.listSales()).sales;
  const [item] = sale?.items ?? [];
  return client.purchase({ sale_id: sale?.sale_id ?? '', sku_id: item?.sku_id ?? '', quantity: 1 });
}
