#!/usr/bin/env node
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { reportFailure } from './failure.ts';

const HELP = `
Commands speak to the server at TIDEGATE_URL (default: this machine, PORT or 8000) with ADMIN_TOKEN or the token
in DATA_DIR/admin-token. Where no server runs they open DATA_DIR (default: ./data) themselves.

Examples:
  $ tidegate serve
  $ tidegate sale create --items items.csv --name "Black Friday" --starts-at +10m --ends-at +4h --currency EUR
  $ tidegate orders export 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --out orders.csv
  $ tidegate simulate --buyers 20000 --units 1000

Exit status: 0 done, 1 failed, 2 wrong usage.`;

/** Each with what it needs; nobody waits for what another one needs. */
const COMMANDS = new Map<string, () => Promise<(program: Command) => void>>([
  ['serve', async () => (await import('./serve.ts')).addServeCommand],
  ['simulate', async () => (await import('./simulate/simulate.ts')).addSimulateCommand],
  ['sale', async () => (await import('./sale/sale.ts')).addSaleCommand],
  ['orders', async () => (await import('./orders/orders.ts')).addOrdersCommand],
  ['reviews', async () => (await import('./reviews/reviews.ts')).addReviewsCommand],
  ['dead-letters', async () => (await import('./dead-letters/dead-letters.ts')).addDeadLettersCommand],
  ['webhooks', async () => (await import('./webhooks/webhooks.ts')).addWebhooksCommand],
  ['migrate', async () => (await import('./migrate.ts')).addMigrateCommand],
  ['audit', async () => (await import('./audit.ts')).addAuditCommand],
  ['recover', async () => (await import('./recover.ts')).addRecoverCommand],
  ['plan', async () => (await import('./plan/plan.ts')).addPlanCommand],
]);

/** With the command that is asked for, or with all where it takes all to answer: for help, and for a name that is none. */
async function createProgram(): Promise<Command> {
  const program = new Command('tidegate')
    .description('The flash-sale platform: every unit sold exactly once, no order lost.')
    .version(packageJson.version)
    .exitOverride()
    // What stands behind a command belongs to that command.
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', HELP);
  const asked = COMMANDS.get(process.argv[2] ?? '');
  for (const load of asked ? [asked] : COMMANDS.values()) (await load())(program);
  return program;
}

/** Whoever reads our output may stop reading: `tidegate orders export … | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  const program = await createProgram();
  await program.parseAsync();
} catch (error) {
  // A start that failed half way may have left something open that would keep the process alive.
  process.exit(reportFailure(error));
}
