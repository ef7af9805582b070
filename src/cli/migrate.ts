import type { Command } from 'commander';
import { readConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { type MigrationStatus, migrationStatus } from '../database/migrate.ts';
import { type Column, tableText } from './table.ts';
import { jsonText } from './texts.ts';

const HELP = `
Works on DATABASE_URL, or on the embedded ledger in DATA_DIR while no server has it open.
A server applies its migrations when it starts; this is for doing it ahead of a deployment.

Examples:
  $ tidegate migrate
  $ DATABASE_URL=postgres://tidegate@db/tidegate tidegate migrate --status`;

interface MigrateOptions {
  readonly status?: true;
  readonly json?: true;
}

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the ledger up to date')
    .option('--status', 'only show which migrations are applied')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(({ status, json }: MigrateOptions) =>
      withLedger(async ({ ledger, where, bringUpToDate }) => {
        console.error(`Ledger: ${where}`);
        const applied = status ? [] : await bringUpToDate();
        const migrations = await migrationStatus(ledger.db);
        console.log(json ? jsonText(migrations.map(wireStatus)) : statusText(migrations, applied, status));
      }),
    );
}

interface OpenLedger {
  readonly ledger: Database;
  readonly where: string;
  readonly bringUpToDate: () => Promise<string[]>;
}

async function withLedger(work: (open: OpenLedger) => Promise<void>): Promise<void> {
  const { migrateLedger, openLedger } = await import('../app/open-ledger.ts');
  const { ledger: settings } = readConfig(process.env);
  // Connections that are lost while nothing waits for them: whatever comes next meets the same fault.
  const ledger = await openLedger(settings, (error) => console.error(`warning: ${error.message}`));
  try {
    const where = settings.kind === 'pglite' ? `embedded, in ${settings.directory}` : placeOf(settings.url);
    await work({ ledger, where, bringUpToDate: () => migrateLedger(settings, ledger) });
  } finally {
    await ledger.close();
  }
}

/** Without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `PostgreSQL at ${host}${pathname}`;
}

const COLUMNS: readonly Column<MigrationStatus>[] = [
  { title: 'MIGRATION', text: ({ name }) => name },
  { title: 'APPLIED', text: ({ appliedAt }) => appliedAt?.toISOString() ?? 'not yet' },
];

function statusText(migrations: readonly MigrationStatus[], applied: readonly string[], status?: true): string {
  const table = tableText(COLUMNS, migrations);
  if (status) return table;
  return `${table}\n\n${applied.length === 0 ? 'Already up to date.' : `Applied now: ${applied.join(', ')}.`}`;
}

function wireStatus({ name, appliedAt }: MigrationStatus) {
  return { name, applied_at: appliedAt?.toISOString() ?? null };
}
