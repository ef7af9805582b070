import type { Command } from 'commander';
import type { Reconciliation } from '#sdk/contract/sale-control.ts';
import { withClient } from '../connect.ts';
import { EXIT_FAILED } from '../failure.ts';
import { type Column, tableText } from '../table.ts';
import { jsonText } from '../texts.ts';

const HELP = `
Changes nothing of a sale that is on. Once it is over, paid orders that no units are left for are given back, the last
first. Exit status: 0 store and ledger agree, 1 they differ, or could not be compared.

Example:
  $ tidegate sale reconcile 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70`;

interface ReconcileOptions {
  readonly json?: true;
}

export function addSaleReconcileCommand(sale: Command): void {
  sale
    .command('reconcile')
    .description('compare store and ledger at one place of the order log')
    .argument('<sale>', 'the id of the sale')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (saleId: string, { json }: ReconcileOptions) => {
      const report = await withClient((client) => client.reconcileSale({ sale_id: saleId }));
      console.log(json ? jsonText(report) : reconciliationText(report));
      if (!report.agrees) process.exitCode = EXIT_FAILED;
    });
}

const COLUMNS: readonly Column<Reconciliation['differences'][number]>[] = [
  { title: 'ABOUT', text: ({ about }) => about },
  { title: 'ID', text: ({ id }) => id },
  { title: 'STORE', text: ({ store }) => store ?? 'unknown' },
  { title: 'LEDGER', text: ({ ledger }) => ledger ?? 'unknown' },
];

function reconciliationText(report: Reconciliation): string {
  const { differences, surplus } = report;
  const lines = [verdictOf(report)];
  if (differences.length > 0) lines.push('', tableText(COLUMNS, differences));
  if (surplus) lines.push(`${surplus.backed.length} orders backed, ${surplus.given_back.length} given back.`);
  return lines.join('\n');
}

function verdictOf({ agrees, store_position, ledger_position }: Reconciliation): string {
  if (store_position === null) return `The store does not hold the sale; the ledger is at event ${ledger_position}.`;
  if (agrees) return `Store and ledger agree, at event ${store_position}.`;
  return `Store and ledger differ: the store is at event ${store_position}, the ledger at ${ledger_position}.`;
}
