import type { Command } from 'commander';
import { addSaleChangeCommands } from './sale-changes.ts';
import { addSaleCreateCommand } from './sale-create.ts';
import { addSaleGateCommand } from './sale-gate.ts';
import { addSaleListCommand } from './sale-list.ts';
import { addSaleReconcileCommand } from './sale-reconcile.ts';
import { addSaleShowCommand } from './sale-show.ts';

const HELP = `
Examples:
  $ tidegate sale create --file sale.json --dry-run
  $ tidegate sale list
  $ tidegate sale pause 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70`;

export function addSaleCommand(program: Command): void {
  const sale = program.command('sale').description('create, look at and steer sales').addHelpText('after', HELP);
  addSaleCreateCommand(sale);
  addSaleListCommand(sale);
  addSaleShowCommand(sale);
  addSaleChangeCommands(sale);
  addSaleGateCommand(sale);
  addSaleReconcileCommand(sale);
}
