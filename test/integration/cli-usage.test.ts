import { describe, expect, it } from 'vitest';
import { runCli, temporaryDirectory } from '../support/cli-process.ts';

const COMMANDS = [
  'serve',
  'simulate',
  'plan',
  'sale',
  'sale create',
  'sale list',
  'sale show',
  'sale pause',
  'sale resume',
  'sale end',
  'sale cancel',
  'sale restock',
  'sale delete',
  'sale gate',
  'sale reconcile',
  'orders',
  'orders list',
  'orders export',
  'orders erase',
  'dead-letters',
  'dead-letters list',
  'dead-letters show',
  'dead-letters replay',
  'dead-letters discard',
  'reviews',
  'reviews list',
  'reviews show',
  'reviews clear',
  'reviews cancel',
  'webhooks',
  'webhooks list',
  'webhooks replay',
  'migrate',
  'audit',
  'audit draw',
  'recover',
];

describe.concurrent('help', () => {
  it.for(COMMANDS)('%s explains itself, with an example', async (command) => {
    const { code, stdout } = await runCli([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: tidegate ${command} `);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n(.*\\n)*.*tidegate ${command}`));
  });

  it('names the version', async () => {
    const { code, stdout } = await runCli(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it('lists every command at the top', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command.split(' ')[0]}`);
  });
});

describe('wrong usage ends with 2, and says in a line or two what is wrong', () => {
  it.for([
    { args: ['serv'], says: 'Did you mean serve?' },
    { args: ['sale', 'lst'], says: 'Did you mean list?' },
    { args: ['simulate', '--buyer', '3'], says: 'Did you mean --buyers?' },
    { args: ['simulate', '--buyers', 'many'], says: 'whole number' },
    { args: ['simulate', '--abandon', '1.5'], says: 'share from 0 to 1' },
    { args: ['simulate', '--units', '2', '--skus', '3'], says: 'at least one unit of each item' },
    { args: ['simulate', '--url', 'http://127.0.0.1:1'], says: 'ADMIN_TOKEN' },
    { args: ['simulate', '--gateways', '2'], says: '--gateways and --processors go together' },
    { args: ['simulate', '--url', 'http://127.0.0.1:1,nonsense'], says: 'begins with http://' },
    { args: ['plan', '--buyers', '0'], says: 'whole number from 1' },
    { args: ['plan', '--bots', '1'], says: '--bots must be less than 1' },
    { args: ['plan', '--utilisation', '1'], says: 'a number from 0.05 to 0.95' },
    { args: ['plan', '--plot', 'sale.svg'], says: 'add --simulate' },
    { args: ['plan', '--units', '9000', '--buyers', '2'], says: 'check --units and --buyers' },
    { args: ['plan', '--prices', 'no/such/file.json'], says: 'no/such/file.json cannot be read' },
    { args: ['plan', '--figures', 'package.json'], says: 'Begin with a copy of src/capacity/figures.json' },
    { args: ['dead-letters', 'replay'], says: 'Name one dead letter, or --all.' },
    { args: ['dead-letters', 'discard', '--all'], says: 'Say so with --yes.' },
    { args: ['sale', 'show'], says: "missing required argument 'sale'" },
    { args: ['sale', 'create'], says: '--file' },
    { args: ['webhooks', 'replay'], says: '--failed' },
    { args: ['sale', 'create', '--file', 'no/such/file.json'], says: 'no/such/file.json cannot be read' },
    { args: ['sale', 'create', '--items', 'x.csv', '--starts-at', 'tomorrow'], says: 'a time with its zone' },
    { args: ['sale', 'restock', 'an-id', '--sku', 'A'], says: "required option '--quantity" },
    { args: ['sale', 'cancel', 'an-id'], says: '--yes' },
    { args: ['sale', 'delete', 'an-id'], says: '--yes' },
    { args: ['orders', 'erase', '--user', 'guest-1'], says: '--yes' },
    { args: ['orders', 'export', 'an-id', '--format', 'xlsx'], says: 'Allowed choices are csv, jsonl' },
  ])('$args', async ({ args, says }) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('a configuration that cannot be ends with 1, in one sentence', () => {
  it.for([
    { env: { PORT: 'eight' }, says: 'PORT must be a whole number from 0 to 65535, and is "eight".' },
    { env: { ROLE: 'gateway' }, says: 'ROLE=gateway needs STORE_URL and DATABASE_URL' },
    { env: { NODE_ENV: 'production' }, says: 'In production AUTH_MODE must be set' },
    { env: { DATA_DIR: 'package.json' }, says: 'DATA_DIR must be a directory, or a place for one' },
  ])('serve with $env', async ({ env, says }) => {
    const DATA_DIR = await temporaryDirectory();
    const { code, stderr } = await runCli(['serve'], { DATA_DIR, ...env });
    expect(stderr).toContain(`error: ${says}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
  });

  it('a ledger that does not answer is named, without its password', async () => {
    const DATA_DIR = await temporaryDirectory();
    const DATABASE_URL = 'postgres://tidegate:hush@127.0.0.1:9/tidegate';
    const { code, stderr } = await runCli(['migrate'], { DATA_DIR, DATABASE_URL });
    expect(stderr).toMatch(/^error: The ledger .*\(connect ECONNREFUSED 127\.0\.0\.1:9\)$/m);
    expect(stderr).not.toContain('hush');
    expect(code).toBe(1);
  });
});

it('a file that cannot be written is named', async () => {
  const { code, stderr } = await runCli([
    'plan',
    '--simulate',
    '--buyers',
    '100',
    '--units',
    '5',
    '--plot',
    'no/such/sale.svg',
  ]);
  expect(stderr).toBe('error: no/such/sale.svg cannot be used: no such file or directory.\n');
  expect(code).toBe(1);
});
