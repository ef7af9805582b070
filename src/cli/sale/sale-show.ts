import type { Command } from 'commander';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { moneyText } from '../../domain/money.ts';
import { withClient } from '../connect.ts';
import { type Column, tableText } from '../table.ts';
import { fullTime, integerText, jsonText } from '../texts.ts';

const HELP = `
Examples:
  $ tidegate sale show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70
  $ tidegate sale show 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --json`;

type Item = AdminSale['items'][number];
type Room = NonNullable<AdminSale['room']>;

export function addSaleShowCommand(sale: Command): void {
  sale
    .command('show')
    .description('show a sale, with every unit accounted for')
    .argument('<sale>', 'the id of the sale')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (saleId: string, { json }: { json?: true }) => {
      const found = await withClient((client) => client.readAdminSale({ sale_id: saleId }));
      printSale(found, json);
    });
}

export function printSale(sale: AdminSale, json: boolean | undefined): void {
  console.log(json ? jsonText(sale) : saleText(sale, Date.now()));
}

function saleText(sale: AdminSale, nowMs: number): string {
  const facts = [
    ['Sale', sale.sale_id],
    ['Name', sale.name],
    ['State', sale.phase === sale.state ? sale.state : `${sale.state} (buyers see: ${sale.phase})`],
    ['Starts', fullTime(sale.starts_at, nowMs)],
    ['Ends', fullTime(sale.ends_at, nowMs)],
    ...(sale.reveal_at ? [['Items shown', fullTime(sale.reveal_at, nowMs)]] : []),
    ['Limit', `${sale.purchase_limit} per buyer and item`],
    ['Time to pay', `${sale.reservation_seconds} s`],
    ...roomFacts(sale, nowMs),
    ['Not in ledger', `${integerText(sale.outbox_events)} events`],
  ];
  const lines = facts.map(([title = '', text]) => `${title.padEnd(14)} ${text}`);
  return `${lines.join('\n')}\n\n${tableText(itemColumns(sale.currency), sale.items)}`;
}

function roomFacts({ waiting_room: rules, room }: AdminSale, nowMs: number): string[][] {
  if (!rules) return [];
  const order = rules.order === 'draw' ? 'places are drawn' : 'first come, first served';
  return [
    ['Room opens', fullTime(rules.opens_at, nowMs)],
    ['Order', `${order}; an admission is good for ${rules.admission_seconds} s`],
    ...(room ? [...gateFacts(room), ['Queue', queueText(room)]] : []),
  ];
}

function gateFacts({ gate, inside, called_per_second: pace }: Room): string[][] {
  const state = gate.paused ? 'PAUSED, set to' : 'open,';
  const moving = pace === null ? '' : ` (calling ${integerText(pace)} a second)`;
  return [
    ['Gate', `${state} ${integerText(gate.rate_per_second)} a second${moving}`],
    ['Inside', `${integerText(inside)} of ${integerText(gate.max_active)}`],
  ];
}

function queueText({ tickets, waiting, now_serving: nowServing, at_door: atDoor, admissions }: Room): string {
  const counts = [
    `${integerText(tickets)} places given out`,
    `${integerText(nowServing)} called`,
    `${integerText(atDoor)} at the door`,
    `${integerText(admissions)} admissions`,
  ];
  return `${integerText(waiting)} wait; ${counts.join(', ')}`;
}

function itemColumns(currency: string): Column<Item>[] {
  return [
    { title: 'SKU', text: (item) => item.sku_id, shrinks: true },
    { title: 'PRICE', align: 'right', text: (item) => moneyText(item.flash_price_minor, currency) },
    { title: 'TOTAL', align: 'right', text: (item) => integerText(item.total_stock) },
    ...(['available', 'reserved', 'paying', 'sold', 'buffer'] as const).map(stockColumn),
  ];
}

function stockColumn(part: keyof NonNullable<Item['stock']>): Column<Item> {
  return {
    title: part.toUpperCase(),
    align: 'right',
    text: ({ stock }) => (stock ? integerText(stock[part]) : '-'),
  };
}
