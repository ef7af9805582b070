import type { Command } from 'commander';
import { addOrdersEraseCommand } from './orders-erase.ts';
import { addOrdersExportCommand } from './orders-export.ts';
import { addOrdersListCommand } from './orders-list.ts';

const HELP = `
Examples:
  $ tidegate orders list 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --status paid
  $ tidegate orders export 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --out orders.csv
  $ tidegate orders erase --user guest-7f3a9c`;

export function addOrdersCommand(program: Command): void {
  const orders = program.command('orders').description('list, export and erase orders').addHelpText('after', HELP);
  addOrdersListCommand(orders);
  addOrdersExportCommand(orders);
  addOrdersEraseCommand(orders);
}
