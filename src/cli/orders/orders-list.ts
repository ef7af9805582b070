import { type Command, Option } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { moneyText } from '../../domain/money.ts';
import { withClient } from '../connect.ts';
import { wholeNumber } from '../option-values.ts';
import { type Column, tableText } from '../table.ts';
import { integerText, jsonText, relativeTime } from '../texts.ts';
import { ORDER_STATUSES, type OrderFilter, orderPages } from './order-pages.ts';

const HELP = `
The query is an order id, a user id, a name or an e-mail address.

Examples:
  $ tidegate orders list 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate orders list 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --status paid --limit 10 --json`;

const DEFAULT_LIMIT = 50;

interface ListOptions extends OrderFilter {
  readonly limit: number;
  readonly json?: true;
}

export function addOrdersListCommand(orders: Command): void {
  orders
    .command('list')
    .description('list the orders of a sale, newest first')
    .argument('<sale>', 'the id of the sale')
    .addOption(new Option('--status <status>', 'only orders with this status').choices(ORDER_STATUSES))
    .option('--query <text>', 'only orders that this finds')
    .option('--limit <n>', 'at most so many', wholeNumber(1), DEFAULT_LIMIT)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (saleId: string, { limit, json, ...filter }: ListOptions) => {
      const found = await withClient((client) => firstOrders(client, saleId, filter, limit + 1));
      const shown = found.slice(0, limit);
      console.log(json ? jsonText(shown) : listText(shown));
      if (found.length > limit)
        console.error(`There are more than ${integerText(limit)}: see --limit, or orders export.`);
    });
}

async function firstOrders(client: Client, saleId: string, filter: OrderFilter, count: number): Promise<AdminOrder[]> {
  const found: AdminOrder[] = [];
  for await (const page of orderPages(client, saleId, filter)) {
    found.push(...page);
    if (found.length >= count) break;
  }
  return found.slice(0, count);
}

function listText(orders: readonly AdminOrder[]): string {
  return orders.length === 0 ? 'No orders.' : tableText(columns(Date.now()), orders);
}

function columns(nowMs: number): Column<AdminOrder>[] {
  return [
    { title: 'ORDER', text: (order) => order.order_id },
    { title: 'STATUS', text: (order) => order.status },
    { title: 'RESERVED', text: (order) => relativeTime(order.reserved_at, nowMs) },
    {
      title: 'UNITS',
      align: 'right',
      text: ({ items }) => integerText(items.reduce((sum, it) => sum + it.quantity, 0)),
    },
    { title: 'TOTAL', align: 'right', text: (order) => moneyText(order.total_minor, order.currency) },
    { title: 'BUYER', text: (order) => order.user_id, shrinks: true },
  ];
}
