import type { Command } from 'commander';
import { confirm } from '../confirm.ts';
import { withClient } from '../connect.ts';
import { jsonText } from '../texts.ts';

const HELP = `
Name, e-mail, phone, address and payment tokens are removed; orders and sums stay.

Example:
  $ tidegate orders erase --user guest-7f3a9c --yes`;

interface EraseOptions {
  readonly user: string;
  readonly yes?: true;
  readonly json?: true;
}

export function addOrdersEraseCommand(orders: Command): void {
  orders
    .command('erase')
    .description("erase a buyer's personal data")
    .requiredOption('--user <id>', 'the buyer')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ user, yes, json }: EraseOptions) => {
      await confirm(`Erasing the personal data of ${user} cannot be undone.`, yes);
      const erased = await withClient((client) => client.eraseCustomer({ user_id: user }));
      console.log(json ? jsonText(erased) : `Erased from ${erased.orders_erased} orders of ${user}.`);
    });
}
