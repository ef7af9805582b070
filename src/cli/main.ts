#!/usr/bin/env node
import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addAuditCommand } from './audit.ts';
import { addDeadLettersCommand } from './dead-letters/dead-letters.ts';
import { reportFailure } from './failure.ts';
import { addMigrateCommand } from './migrate.ts';
import { addOrdersCommand } from './orders/orders.ts';
import { addPlanCommand } from './plan/plan.ts';
import { addRecoverCommand } from './recover.ts';
import { addReviewsCommand } from './reviews/reviews.ts';
import { addSaleCommand } from './sale/sale.ts';
import { addServeCommand } from './serve.ts';
import { addSimulateCommand } from './simulate/simulate.ts';
import { addWebhooksCommand } from './webhooks/webhooks.ts';

const HELP = `
Commands speak to the server at TIDEGATE_URL (default: this machine, PORT or 8000) with ADMIN_TOKEN or the token
in DATA_DIR/admin-token. Where no server runs they open DATA_DIR (default: ./data) themselves.

Examples:
  $ tidegate serve
  $ tidegate sale create --items items.csv --name "Black Friday" --starts-at +10m --ends-at +4h --currency EUR
  $ tidegate orders export 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --out orders.csv
  $ tidegate simulate --buyers 20000 --units 1000

Exit status: 0 done, 1 failed, 2 wrong usage.`;

function createProgram(): Command {
  const program = new Command('tidegate')
    .description('The flash-sale platform: every unit sold exactly once, no order lost.')
    .version(packageJson.version)
    .exitOverride()
    // What stands behind a command belongs to that command.
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows how it is used)')
    .addHelpText('after', HELP);
  addServeCommand(program);
  addSimulateCommand(program);
  addSaleCommand(program);
  addOrdersCommand(program);
  addReviewsCommand(program);
  addDeadLettersCommand(program);
  addWebhooksCommand(program);
  addMigrateCommand(program);
  addAuditCommand(program);
  addRecoverCommand(program);
  addPlanCommand(program);
  return program;
}

/** Whoever reads our output may stop reading: `tidegate orders export … | head`. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  // A start that failed half way may have left something open that would keep the process alive.
  process.exit(reportFailure(error));
}
