import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { AuditReport } from '#sdk/contract/audit.ts';
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
    { sku_id: 'HAT', name: 'Hat', flash_price_minor: 990, original_price_minor: 1_990, total_stock: 30 },
  ],
};

const HEADER = 'sku_id,name,flash_price_minor,original_price_minor,total_stock,description,image_url,safety_buffer';
const FLAGS = ['--name', 'From CSV', '--currency', 'EUR', '--starts-at', 'now', '--ends-at', '+2h'];

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

async function fileWith(name: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, content);
  return path;
}

async function createSale(draft: Partial<SaleDraft> = {}): Promise<AdminSale> {
  const file = await fileWith('sale.json', JSON.stringify({ ...DRAFT, ...draft }));
  return cliJson<AdminSale>(['sale', 'create', '--file', file], server.env);
}

const LIVE = { starts_at: '2020-01-01T00:00:00.000Z' };

describe('a sale', () => {
  it('is created from a file, listed, shown, paused, resumed, restocked, ended and deleted', async () => {
    const { sale_id: id, state } = await createSale(LIVE);
    expect(state).toBe('active');

    const list = await runCli(['sale', 'list'], server.env);
    expect(list.stdout).toContain(id);
    for (const line of list.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);

    const shown = await runCli(['sale', 'show', id], server.env);
    expect(shown.stdout).toMatch(/Ends +2030-11-29T21:00:00\.000Z \(in \d+(y|mo|d)\)/);
    expect(shown.stdout).toMatch(/SHOE-42 +EUR 69\.00 +1,200 +1,200 +0 +0 +0 +0/);

    expect((await cliJson<AdminSale>(['sale', 'pause', id], server.env)).state).toBe('paused');
    expect((await cliJson<AdminSale>(['sale', 'resume', id], server.env)).state).toBe('active');
    const restocked = await cliJson<AdminSale>(['sale', 'restock', id, '--sku', 'HAT', '--quantity', '5'], server.env);
    expect(restocked.items.find(({ sku_id }) => sku_id === 'HAT')).toMatchObject({
      total_stock: 35,
      stock: { available: 35 },
    });

    const tooEarly = await runCli(['sale', 'delete', id, '--yes'], server.env);
    expect(tooEarly.stderr).toContain('(wrong_state)');
    expect(tooEarly.code).toBe(1);
    expect((await cliJson<AdminSale>(['sale', 'end', id], server.env)).state).toBe('ended');
    expect((await runCli(['sale', 'delete', id, '--yes'], server.env)).stdout).toBe(`Deleted sale ${id}.\n`);
    expect((await runCli(['sale', 'show', id], server.env)).stderr).toContain('(not_found)');
  });

  it('is called off only when that is confirmed', async () => {
    const { sale_id: id } = await createSale();
    expect((await runCli(['sale', 'cancel', id], server.env)).code).toBe(2);
    expect((await cliJson<AdminSale>(['sale', 'show', id], server.env)).state).toBe('scheduled');
    expect((await cliJson<AdminSale>(['sale', 'cancel', id, '--yes'], server.env)).state).toBe('cancelled');
  });

  it('is found by state and name', async () => {
    const { sale_id: id } = await createSale({ name: 'One of a kind' });
    const found = await cliJson<AdminSale[]>(
      ['sale', 'list', '--state', 'scheduled', '--query', 'of a kind'],
      server.env,
    );
    expect(found.map(({ sale_id }) => sale_id)).toEqual([id]);
  });
});

describe('the items of a sale, from CSV', () => {
  it('become a sale, with quotes, empty cells and a byte order mark', async () => {
    const rows = ['A-1,"Mug, blue",500,900,10,"Two\nlines",,2', 'B-2,Plate,700,700,20,,/plate.webp,'];
    const file = await fileWith('items.csv', `\ufeff${[HEADER, ...rows].join('\r\n')}\r\n`);
    const sale = await cliJson<AdminSale>(['sale', 'create', '--items', file, ...FLAGS], server.env);
    expect(sale).toMatchObject({ name: 'From CSV', state: 'active', currency: 'EUR' });
    expect(sale.items).toMatchObject([
      { sku_id: 'A-1', name: 'Mug, blue', description: 'Two\nlines', image_url: null, safety_buffer: 2 },
      { sku_id: 'B-2', total_stock: 20, image_url: '/plate.webp', safety_buffer: 0, stock: { available: 20 } },
    ]);
  });

  it('are refused with the line of each mistake, and nothing is created', async () => {
    const rows = ['A-1,Mug,5.00,900,10,,,', 'B 2,Plate,700,700,20,,,', 'C-3,,700,700,-1,,,'];
    const file = await fileWith('items.csv', [HEADER, ...rows].join('\n'));
    const before = await cliJson<AdminSale[]>(['sale', 'list'], server.env);
    const { code, stderr } = await runCli(['sale', 'create', '--items', file, ...FLAGS], server.env);
    expect(code).toBe(2);
    expect(stderr).toContain('line 2: flash_price_minor must be integer');
    expect(stderr).toContain('line 3: sku_id contains what it may not');
    expect(stderr).toContain('line 4: name is required');
    expect(stderr).toContain('line 4: total_stock must be >= 0');
    expect(await cliJson<AdminSale[]>(['sale', 'list'], server.env)).toHaveLength(before.length);
  });

  it.for([
    { csv: 'sku_id,name,price\n', says: 'line 1: unknown column price' },
    { csv: 'sku_id,name,flash_price_minor,total_stock\n', says: 'line 1: the column original_price_minor is missing' },
    { csv: `${HEADER}\n`, says: 'has no items' },
    { csv: `${HEADER}\nA,B,1\n`, says: 'on line 2' },
    { csv: `${HEADER}\n"A,B,1,2,3,,,\n`, says: 'at line' },
    { csv: Buffer.from(`${HEADER}\nA,Caf\u00e9,1,2,3,,,\n`, 'latin1'), says: 'is not text in UTF-8' },
  ])('that cannot be read: $says', async ({ csv, says }) => {
    const file = await fileWith('items.csv', csv);
    const { code, stderr } = await runCli(['sale', 'create', '--items', file, ...FLAGS], server.env);
    expect(stderr).toContain(says);
    expect(code).toBe(2);
  });
});

describe('a dry run', () => {
  it('prints the sale with its defaults, and creates nothing', async () => {
    const file = await fileWith('sale.json', JSON.stringify({ ...DRAFT, name: 'Only a trial' }));
    const { code, stdout } = await runCli(['sale', 'create', '--file', file, '--dry-run'], server.env);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'Only a trial', purchase_limit: 2, reservation_seconds: 600 });
    expect(await cliJson<AdminSale[]>(['sale', 'list', '--query', 'Only a trial'], server.env)).toEqual([]);
  });

  it('applies the rules between fields', async () => {
    const items = [...DRAFT.items, ...DRAFT.items.slice(0, 1)];
    const file = await fileWith('sale.json', JSON.stringify({ ...DRAFT, ends_at: DRAFT.starts_at, items }));
    const { code, stderr } = await runCli(['sale', 'create', '--file', file, '--dry-run'], server.env);
    expect(stderr).toContain('ends_at must be after starts_at');
    expect(stderr).toContain('items.2.sku_id SHOE-42 appears twice');
    expect(code).toBe(2);
  });
});

describe('a server', () => {
  it('that does not take the token is said to', async () => {
    const { code, stderr } = await runCli(['sale', 'list'], {
      ...server.env,
      ADMIN_TOKEN: 'not-the-token-of-this-server',
    });
    expect(stderr).toMatch(/^error: .*\(unauthenticated\) Set ADMIN_TOKEN /);
    expect(code).toBe(1);
  });

  it('whose token is nowhere is said to need it', async () => {
    const DATA_DIR = await temporaryDirectory();
    const { code, stderr } = await runCli(['sale', 'list'], { ...server.env, DATA_DIR });
    expect(stderr).toContain('Set ADMIN_TOKEN');
    expect(code).toBe(1);
  });

  it('is audited: every invariant holds', async () => {
    const { code, stdout } = await runCli(['audit'], server.env);
    expect(stdout).toContain('All invariants hold');
    expect(code).toBe(0);
    const { sale_id: id } = await createSale(LIVE);
    expect(await cliJson<AuditReport>(['audit', '--sale', id], server.env)).toMatchObject({ ok: true });
  });
});
