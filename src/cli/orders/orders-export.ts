import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import type { Client } from '#sdk/client.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { withClient } from '../connect.ts';
import { integerText } from '../texts.ts';
import { csvHeader, csvLine } from './csv-text.ts';
import { ORDER_STATUSES, type OrderFilter, orderPages } from './order-pages.ts';

const HELP = `
The CSV is safe to open in a spreadsheet: a cell that looks like a formula begins with an apostrophe.
It holds personal data: the file is made for its owner's eyes alone.

Examples:
  $ tidegate orders export 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --out orders.csv
  $ tidegate orders export 0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70 --status paid --format jsonl | jq .customer.email`;

const FORMATS = {
  csv: { header: csvHeader(), line: csvLine },
  jsonl: { header: '', line: (order: AdminOrder) => `${JSON.stringify(order)}\n` },
} as const;

interface ExportOptions extends OrderFilter {
  readonly format: keyof typeof FORMATS;
  readonly out?: string;
}

export function addOrdersExportCommand(orders: Command): void {
  orders
    .command('export')
    .description('write all orders of a sale to a file or to standard output')
    .argument('<sale>', 'the id of the sale')
    .addOption(new Option('--format <format>', 'how').choices(Object.keys(FORMATS)).default('csv'))
    .addOption(new Option('--status <status>', 'only orders with this status').choices(ORDER_STATUSES))
    .option('--out <path>', 'file to write; it appears when it is complete')
    .addHelpText('after', HELP)
    .action((saleId: string, options: ExportOptions) => withClient((client) => exportOrders(client, saleId, options)));
}

async function exportOrders(client: Client, saleId: string, { format, out, status }: ExportOptions): Promise<void> {
  const bar = new SingleBar({ format: 'exporting: {value} orders', stream: process.stderr, clearOnComplete: true });
  const pages = orderPages(client, saleId, { status });
  if (out === undefined) return pipeline(Readable.from(exportText(pages, format)), process.stdout, { end: false });
  bar.start(0, 0);
  let count = 0;
  const text = exportText(pages, format, (exported) => {
    count += exported;
    bar.update(count);
  });
  await writeWhole(out, text).finally(() => bar.stop());
  console.error(`${integerText(count)} orders written to ${out}.`);
}

async function* exportText(
  pages: AsyncIterable<readonly AdminOrder[]>,
  format: keyof typeof FORMATS,
  onPage: (orders: number) => void = () => {},
): AsyncGenerator<string, void, void> {
  const { header, line } = FORMATS[format];
  if (header) yield header;
  for await (const page of pages) {
    yield page.map(line).join('');
    onPage(page.length);
  }
}

/** A file that is cut short must not look like a whole one. */
async function writeWhole(path: string, text: AsyncIterable<string>): Promise<void> {
  const partial = `${path}.partial`;
  try {
    await pipeline(Readable.from(text), createWriteStream(partial, { mode: 0o600, flush: true }));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
