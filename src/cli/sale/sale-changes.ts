import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { withClient } from '../connect.ts';
import { wholeNumber } from '../option-values.ts';
import { printSale } from './sale-show.ts';

const EXAMPLE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';

interface Output {
  readonly json?: true;
}

interface Confirmed {
  readonly yes?: true;
}

export function addSaleChangeCommands(sale: Command): void {
  addPause(sale);
  addResume(sale);
  addEnd(sale);
  addCancel(sale);
  addRestock(sale);
  addDelete(sale);
}

function addPause(sale: Command): void {
  changeCommand(sale, 'pause', 'stop selling for now; reservations stand').action(
    async (saleId: string, { json }: Output) => {
      printSale(await withClient((client) => client.pauseSale({ sale_id: saleId })), json);
    },
  );
}

function addResume(sale: Command): void {
  changeCommand(sale, 'resume', 'sell on after a pause').action(async (saleId: string, { json }: Output) => {
    printSale(await withClient((client) => client.resumeSale({ sale_id: saleId })), json);
  });
}

function addEnd(sale: Command): void {
  changeCommand(sale, 'end', 'end a sale before its time; reservations stand').action(
    async (saleId: string, { json }: Output) => {
      printSale(await withClient((client) => client.endSale({ sale_id: saleId })), json);
    },
  );
}

function addCancel(sale: Command): void {
  changeCommand(sale, 'cancel', 'call a sale off; unpaid reservations are cancelled, paid orders stay', ' --yes')
    .option('--yes', 'do not ask')
    .action(async (saleId: string, { json, yes }: Output & Confirmed) => {
      await confirm(`Cancelling sale ${saleId} cannot be undone.`, yes);
      printSale(await withClient((client) => client.cancelSale({ sale_id: saleId })), json);
    });
}

function addRestock(sale: Command): void {
  changeCommand(sale, 'restock', 'add units of an item', ' --sku SNEAKER-42 --quantity 100')
    .requiredOption('--sku <sku>', 'the item')
    .requiredOption('--quantity <units>', 'units to add', wholeNumber(1))
    .action(async (saleId: string, options: Output & { sku: string; quantity: number }) => {
      const request = { sale_id: saleId, sku_id: options.sku, quantity: options.quantity };
      const idempotencyKey = randomUUID();
      printSale(await withClient((client) => client.restockSale(request, { idempotencyKey })), options.json);
    });
}

function addDelete(sale: Command): void {
  sale
    .command('delete')
    .description('delete a sale that is over or never began; its orders stay in the ledger')
    .argument('<sale>', 'the id of the sale')
    .option('--yes', 'do not ask')
    .addHelpText('after', exampleText('delete', ' --yes'))
    .action(async (saleId: string, { yes }: Confirmed) => {
      await confirm(`Deleting sale ${saleId} cannot be undone.`, yes);
      await withClient((client) => client.deleteSale({ sale_id: saleId }));
      console.log(`Deleted sale ${saleId}.`);
    });
}

function changeCommand(sale: Command, name: string, description: string, exampleFlags = ''): Command {
  return sale
    .command(name)
    .description(description)
    .argument('<sale>', 'the id of the sale')
    .option('--json', 'print JSON')
    .addHelpText('after', exampleText(name, exampleFlags));
}

function exampleText(name: string, flags: string): string {
  return `\nExample:\n  $ tidegate sale ${name} ${EXAMPLE_ID}${flags}`;
}
