import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import {
  cliJson,
  removeDirectory,
  runCli,
  type ServerProcess,
  startServer,
  temporaryDirectory,
} from '../support/cli-process.ts';
import { makeDataDirectory } from '../support/data-directory.ts';

const DRAFT: SaleDraft = {
  name: 'Autumn sale',
  starts_at: '2030-11-29T09:00:00.000Z',
  ends_at: '2030-11-29T21:00:00.000Z',
  currency: 'EUR',
  items: [
    { sku_id: 'SHOE-42', name: 'Shoe', flash_price_minor: 6_900, original_price_minor: 13_900, total_stock: 1_200 },
  ],
  waiting_room: { rate_per_second: 20, max_active: 500 },
};

let server: ServerProcess;
let directory: string;

beforeAll(async () => {
  directory = await makeDataDirectory();
  server = await startServer({ DATA_DIR: directory });
});

afterAll(async () => {
  await server.end();
  await removeDirectory(directory);
});

async function createSale(draft: Partial<SaleDraft> = {}, flags: readonly string[] = []): Promise<AdminSale> {
  const path = join(await temporaryDirectory(), 'sale.json');
  await writeFile(path, JSON.stringify({ ...DRAFT, ...draft }));
  return cliJson<AdminSale>(['sale', 'create', '--file', path, ...flags], server.env);
}

function changeGate(saleId: string, ...flags: string[]): Promise<AdminSale> {
  return cliJson<AdminSale>(['sale', 'gate', saleId, ...flags], server.env);
}

describe('a waiting room', () => {
  it('is made from the file of a sale, and changed by flags', async () => {
    const flags = ['--waiting-room', 'draw', '--opens-at', '2030-11-29T08:00:00Z', '--rate', '30'];
    const { waiting_room: rules } = await createSale({}, flags);
    expect(rules).toEqual({
      opens_at: '2030-11-29T08:00:00.000Z',
      order: 'draw',
      rate_per_second: 30,
      max_active: 500,
      admission_seconds: 60,
    });
  });

  it('is made by a flag alone', async () => {
    const { waiting_room: rules } = await createSale({ waiting_room: null }, ['--cap', '7']);
    expect(rules).toMatchObject({ order: 'fifo', rate_per_second: 100, max_active: 7 });
  });

  it('is printed by a dry run, with its defaults', async () => {
    const path = join(await temporaryDirectory(), 'sale.json');
    await writeFile(path, JSON.stringify(DRAFT));
    const { stdout } = await runCli(['sale', 'create', '--file', path, '--dry-run'], server.env);
    expect(JSON.parse(stdout).waiting_room).toEqual({
      opens_at: '2030-11-29T08:55:00.000Z',
      order: 'fifo',
      rate_per_second: 20,
      max_active: 500,
      admission_seconds: 60,
    });
  });

  it('that opens too late is refused where the sale is read', async () => {
    const path = join(await temporaryDirectory(), 'sale.json');
    await writeFile(path, JSON.stringify(DRAFT));
    const flags = ['--opens-at', '2030-11-29T09:00:01Z', '--dry-run'];
    const { code, stderr } = await runCli(['sale', 'create', '--file', path, ...flags], server.env);
    expect(stderr).toContain('waiting_room.opens_at must not be after starts_at');
    expect(code).toBe(2);
  });

  it('is shown with its gate and its queue, and in the list', async () => {
    const { sale_id: id } = await createSale();
    const { stdout } = await runCli(['sale', 'show', id], server.env);
    expect(stdout).toMatch(/Room opens +2030-11-29T08:55:00\.000Z/);
    expect(stdout).toMatch(/Order +first come, first served; an admission is good for 60 s/);
    expect(stdout).toMatch(/Gate +open, 20 a second/);
    expect(stdout).toMatch(/Inside +0 of 500/);
    expect(stdout).toMatch(/Queue +0 wait; 0 places given out, 0 called, 0 at the door, 0 admissions/);
    expect((await runCli(['sale', 'list'], server.env)).stdout).toContain('QUEUE');
  });
});

describe('the gate', () => {
  it('is changed setting by setting, paused and opened again', async () => {
    const { sale_id: id } = await createSale();
    const gate = { rate_per_second: 20, max_active: 500, paused: false };
    expect((await changeGate(id, '--rate', '50')).room?.gate).toEqual({ ...gate, rate_per_second: 50 });
    expect((await changeGate(id, '--cap', '9', '--pause')).room?.gate).toEqual({
      rate_per_second: 50,
      max_active: 9,
      paused: true,
    });
    const shown = await runCli(['sale', 'show', id], server.env);
    expect(shown.stdout).toMatch(/Gate +PAUSED, set to 50 a second/);
    expect((await changeGate(id, '--resume')).room?.gate.paused).toBe(false);
  });

  it.for([
    { flags: [], says: 'Say what to change' },
    { flags: ['--rate', '0'], says: 'whole number from 1 to 100000' },
    { flags: ['--pause', '--resume'], says: 'cannot be used with' },
  ])('is not changed by $flags', async ({ flags, says }) => {
    const { code, stderr } = await runCli(
      ['sale', 'gate', '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70', ...flags],
      server.env,
    );
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });

  it('of a sale without a waiting room is not there', async () => {
    const { sale_id: id } = await createSale({ waiting_room: null });
    const { code, stderr } = await runCli(['sale', 'gate', id, '--pause'], server.env);
    expect(stderr).toContain('The sale has no waiting room. (wrong_state)');
    expect(code).toBe(1);
  });
});
