import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { withClient } from './connect.ts';
import { EXIT_FAILED } from './failure.ts';
import { wholeNumber } from './option-values.ts';
import { type Column, tableText } from './table.ts';
import { jsonText } from './texts.ts';

const HELP = `
Processors recover sales by themselves, twice a second; this shows which are still to be recovered, and waits for them.
Exit status: 0 no sale is being recovered, 1 one still is.

Examples:
  $ tidegate recover
  $ tidegate recover --sale 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --wait 60`;

const POLL_MS = 500;
const PAGE = 200;

interface RecoverOptions {
  readonly sale?: string;
  readonly wait: number;
  readonly json?: true;
}

export function addRecoverCommand(program: Command): void {
  program
    .command('recover')
    .description('show sales whose store is being recovered, and wait until they are sold again')
    .option('--sale <id>', 'only this sale')
    .option('--wait <seconds>', 'how long', wholeNumber(0), 30)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (options: RecoverOptions) => {
      const left = await withClient((client) => waitForRecovery(client, options));
      console.log(options.json ? jsonText({ recovering: left }) : recoveringText(left));
      if (left.length > 0) process.exitCode = EXIT_FAILED;
    });
}

async function waitForRecovery(client: Client, { sale, wait }: RecoverOptions): Promise<AdminSale[]> {
  const giveUpAtMs = performance.now() + wait * 1_000;
  for (;;) {
    const left = (await readSales(client, sale)).filter(({ phase }) => phase === 'recovering');
    if (left.length === 0 || performance.now() > giveUpAtMs) return left;
    await sleep(POLL_MS);
  }
}

async function readSales(client: Client, saleId: string | undefined): Promise<AdminSale[]> {
  if (saleId !== undefined) return [await client.readAdminSale({ sale_id: saleId })];
  const sales: AdminSale[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Client['listAdminSales']>> = await client.listAdminSales({
      limit: PAGE,
      ...(cursor !== null && { cursor }),
    });
    sales.push(...page.sales);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return sales;
}

const COLUMNS: readonly Column<AdminSale>[] = [
  { title: 'SALE', text: ({ sale_id }) => sale_id },
  { title: 'NAME', text: ({ name }) => name, shrinks: true },
  { title: 'STATE', text: ({ state }) => state },
];

function recoveringText(left: readonly AdminSale[]): string {
  if (left.length === 0) return 'No sale is being recovered.';
  return `${tableText(COLUMNS, left)}\n\nStill being recovered. The log of a processor says why.`;
}
