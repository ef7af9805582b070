import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { events, json, type Step, startScriptedServer } from './support/scripted-server.ts';

const run = promisify(execFile);
const sdkRoot = join(import.meta.dirname, '..');
const tsc = join(sdkRoot, '../node_modules/.bin/tsc');

const CONSUMER = `
import { type Client, createClient, TidegateProblem } from '@tidegate/sdk';
import { PROBLEM_CODES } from '@tidegate/sdk/contract/problem';
import type { Sale } from '@tidegate/sdk/contract/sale';

declare const process: { argv: string[] };

const client: Client = createClient({ baseUrl: String(process.argv[2]), backoffMs: 1 });
const now: string = (await client.readTime()).now;
const sales: Sale[] = (await client.listSales()).sales;
const { status } = await client.purchase({ sale_id: 's', sku_id: 'A', quantity: 1 });
const reserved: 'reserved' = status;
const phases: string[] = [];
for await (const { phase } of client.streamSaleStatus({ sale_id: 's' })) {
  phases.push(phase);
  if (phase === 'ended') break;
}
const refusal = await client.readSale({ sale_id: 's' }).catch((error: unknown) => error);
const code = refusal instanceof TidegateProblem ? refusal.code : 'none';
const soldOut: 409 = PROBLEM_CODES.sold_out;

// @ts-expect-error a purchase without a quantity
export const incomplete = () => client.purchase({ sale_id: 's', sku_id: 'A' });
// @ts-expect-error a field that the API does not have
export const unknownField = () => client.pay({ order_id: 'o', payment_method: 'pm_ok', amount: 1 });

console.log(JSON.stringify({ now, sales: sales.length, reserved, phases, code, soldOut }));
`;

const COMPILER_OPTIONS = [
  '--strict',
  '--skipLibCheck',
  'false',
  '--target',
  'es2022',
  '--lib',
  'es2023,dom',
  '--types',
  '',
];

const ANSWERS: Readonly<Record<string, Step>> = {
  '/api/v1/time': json(200, { now: '2030-01-01T00:00:00.000Z' }),
  '/api/v1/flash-sale': json(200, { sales: [], next_cursor: null }),
  '/api/v1/flash-sale/s/purchase': json(200, { status: 'reserved' }),
  '/api/v1/flash-sale/s/events': events({ phase: 'live' }, { phase: 'ended' }),
  '/api/v1/flash-sale/s': json(404, { code: 'not_found', detail: 'no such sale' }),
};

/** The machine's own `node` of this major version; those under node_modules belong to the project. */
async function machineNode(major: number): Promise<string | undefined> {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((path) => !path.includes('node_modules'));
  for (const path of globSync(directories.map((directory) => join(directory, 'node')))) {
    const { stdout } = await run(path, ['--version']);
    if (stdout.startsWith(`v${major}.`)) return path;
  }
  return undefined;
}

describe('the package, installed into an empty project', () => {
  let project = '';

  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'tidegate-sdk-'));
    await run('npm', ['pack', '--pack-destination', project], { cwd: sdkRoot });
    await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
    const tarballs = globSync(join(project, '*.tgz'));
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...tarballs], { cwd: project });
    await writeFile(join(project, 'consumer.ts'), CONSUMER);
    await run(tsc, ['consumer.ts', '--module', 'nodenext', ...COMPILER_OPTIONS], { cwd: project });
  }, 180_000);

  afterAll(async () => {
    await rm(project, { recursive: true, force: true });
  });

  async function runConsumer(node: string): Promise<unknown> {
    await using server = await startScriptedServer((response, request) => ANSWERS[request.url]?.(response, request));
    const { stdout } = await run(node, ['consumer.js', server.baseUrl], { cwd: project, timeout: 60_000 });
    return JSON.parse(stdout);
  }

  const expected = {
    now: '2030-01-01T00:00:00.000Z',
    sales: 0,
    reserved: 'reserved',
    phases: ['live', 'ended'],
    code: 'not_found',
    soldOut: 409,
  };

  test('works on this Node', { timeout: 90_000 }, async () => {
    expect(await runConsumer(process.execPath)).toEqual(expected);
  });

  test('works on Node 20', { timeout: 90_000 }, async (context) => {
    const node20 = await machineNode(20);
    if (node20 === undefined) return context.skip('there is no Node 20 on PATH');
    expect(await runConsumer(node20)).toEqual(expected);
  });

  test('has types for bundlers too', { timeout: 90_000 }, async () => {
    const options = ['--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', ...COMPILER_OPTIONS];
    await run(tsc, ['consumer.ts', ...options], { cwd: project });
  });

  test('holds the built files and nothing of the sources or tests', () => {
    const files = globSync('**', { cwd: join(project, 'node_modules/@tidegate/sdk'), withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'client.js', 'client.d.ts']));
    expect(files.filter((file) => !/\.(js|d\.ts|json|md)$|^LICENSE$/.test(file))).toEqual([]);
  });

  test('runs in browsers: neither it nor what it depends on names a module of Node', async () => {
    const modules = globSync('node_modules/**/{dist,build}/**/*.{js,mjs}', { cwd: project });
    const sources = await Promise.all(modules.map((file) => readFile(join(project, file), 'utf8')));
    expect(modules.length).toBeGreaterThan(20);
    expect(modules.filter((_, index) => /['"]node:|\brequire\(/.test(sources[index] ?? ''))).toEqual([]);
  });
});
