import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { type Client, createClient } from '#sdk/client.ts';
import type { Reservation } from '#sdk/contract/purchase.ts';
import { withClient } from '../src/cli/connect.ts';
import { CommandFailed, reportFailure } from '../src/cli/failure.ts';
import { wholeNumber } from '../src/cli/option-values.ts';
import { tableText } from '../src/cli/table.ts';

/** What the Makefile tries a shop with: small scenes with a guest as the buyer. */

const HOUR_MS = 3_600_000;
const PRICE_MINOR = 9_900;
const SENT_AT_ONCE = 5;

const URL = process.env.TIDEGATE_URL ?? 'http://127.0.0.1:8000';

const program = new Command('node scripts/try-shop.ts').exitOverride();

program
  .command('seed')
  .requiredOption('--item <sku>')
  .option('--quantity <n>', 'units', wholeNumber(1), 100)
  .action(seed);
program.command('inventory').action(showInventory);
program.command('order-status').argument('<order>').action(showOrder);
program.command('order').requiredOption('--item <sku>').action(orderOne);
program.command('idempotency').requiredOption('--item <sku>').action(sendFiveTimes);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}

async function seed({ item, quantity }: { readonly item: string; readonly quantity: number }): Promise<void> {
  const { sale_id } = await withClient((operator) =>
    operator.createSale({
      name: `Sale of ${item}`,
      starts_at: new Date().toISOString(),
      ends_at: new Date(Date.now() + HOUR_MS).toISOString(),
      currency: 'EUR',
      items: [
        {
          sku_id: item,
          name: item,
          flash_price_minor: PRICE_MINOR,
          original_price_minor: 2 * PRICE_MINOR,
          total_stock: quantity,
        },
      ],
    }),
  );
  console.log(`${quantity} units of ${item} are for sale for an hour: ${sale_id}`);
}

async function showInventory(): Promise<void> {
  const { sales } = await createClient({ baseUrl: URL }).listSales({ when: 'live' });
  const rows = sales.flatMap((sale) => sale.items.map((item) => ({ sale, item })));
  if (rows.length === 0) throw new CommandFailed('No sale is live: make seed');
  console.log(
    tableText<(typeof rows)[number]>(
      [
        { title: 'SALE', text: ({ sale }) => sale.sale_id },
        { title: 'ITEM', text: ({ item }) => item.sku_id, shrinks: true },
        { title: 'LEFT', text: ({ item }) => String(item.remaining), align: 'right' },
        { title: 'OF', text: ({ item }) => String(item.total_stock), align: 'right' },
        { title: 'PHASE', text: ({ sale }) => sale.phase },
      ],
      rows,
    ),
  );
}

async function showOrder(orderId: string): Promise<void> {
  if (orderId === '') throw new CommandFailed('Which order? make order-status ORDER=…');
  const order = await withClient((operator) => operator.readAdminOrder({ order_id: orderId }));
  console.log(JSON.stringify(order, null, 2));
}

async function orderOne({ item }: { readonly item: string }): Promise<void> {
  const buyer = await guest();
  const { order_id } = await buy(buyer, await saleOf(item), item, randomUUID());
  const paid = await buyer.pay({ order_id, payment_method: 'pm_ok' }, { idempotencyKey: randomUUID() });
  console.log(`order ${order_id}: ${paid.status}`);
  if (paid.status !== 'paid') process.exitCode = 1;
}

async function sendFiveTimes({ item }: { readonly item: string }): Promise<void> {
  const [buyer, saleId, key] = [await guest(), await saleOf(item), randomUUID()];
  const answers = await Promise.all(Array.from({ length: SENT_AT_ONCE }, () => buy(buyer, saleId, item, key)));
  const orders = new Set(answers.map(({ order_id }) => order_id));
  console.log(`${answers.length} requests with one key, ${orders.size} order: ${[...orders].join(', ')}`);
  if (orders.size !== 1) process.exitCode = 1;
}

async function guest(): Promise<Client> {
  const { token } = await createClient({ baseUrl: URL }).createSession();
  return createClient({ baseUrl: URL, token });
}

/** The live sale of the item that a buyer needs no place in a queue for. */
async function saleOf(item: string): Promise<string> {
  const { sales } = await createClient({ baseUrl: URL }).listSales({ when: 'live', query: item });
  const sale = sales.find((live) => live.waiting_room === null && live.items.some(({ sku_id }) => sku_id === item));
  if (!sale) throw new CommandFailed(`No live sale has ${item}: make seed ITEM=${item}`);
  return sale.sale_id;
}

function buy(buyer: Client, saleId: string, item: string, idempotencyKey: string): Promise<Reservation> {
  return buyer.purchase({ sale_id: saleId, sku_id: item, quantity: 1 }, { idempotencyKey });
}
