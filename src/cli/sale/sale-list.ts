import type { Command } from 'commander';
import { Option } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { withClient } from '../connect.ts';
import { type Column, tableText } from '../table.ts';
import { integerText, jsonText, relativeTime } from '../texts.ts';

const HELP = `
Examples:
  $ tidegate sale list
  $ tidegate sale list --state active --json`;

const STATES = ['scheduled', 'active', 'paused', 'ended', 'cancelled'] as const;
const PAGE_SIZE = 200;

interface Filter {
  readonly state?: (typeof STATES)[number];
  readonly query?: string;
}

export function addSaleListCommand(sale: Command): void {
  sale
    .command('list')
    .description('list sales, newest start first')
    .addOption(new Option('--state <state>', 'only sales in this state').choices(STATES))
    .option('--query <text>', 'only sales with this in their name')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async ({ json, ...filter }: Filter & { json?: true }) => {
      const sales = await withClient((client) => listAll(client, filter));
      console.log(json ? jsonText(sales) : listText(sales));
    });
}

async function listAll(client: Client, filter: Filter): Promise<AdminSale[]> {
  const all: AdminSale[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listAdminSales({ ...filter, limit: PAGE_SIZE, ...(cursor && { cursor }) });
    all.push(...page.sales);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return all;
}

function listText(sales: readonly AdminSale[]): string {
  return sales.length === 0 ? 'No sales.' : tableText(columns(Date.now()), sales);
}

function columns(nowMs: number): Column<AdminSale>[] {
  return [
    { title: 'SALE', text: (sale) => sale.sale_id },
    { title: 'NAME', text: (sale) => sale.name, shrinks: true },
    { title: 'PHASE', text: (sale) => sale.phase },
    { title: 'STARTS', text: (sale) => relativeTime(sale.starts_at, nowMs) },
    { title: 'ENDS', text: (sale) => relativeTime(sale.ends_at, nowMs) },
    { title: 'QUEUE', align: 'right', text: ({ room }) => (room ? integerText(room.waiting) : '-') },
    { title: 'SOLD', align: 'right', text: soldText },
  ];
}

function soldText({ items }: AdminSale): string {
  const sold = items.reduce((sum, item) => sum + (item.stock?.sold ?? 0), 0);
  const total = items.reduce((sum, item) => sum + item.total_stock, 0);
  return `${integerText(sold)}/${integerText(total)}`;
}
