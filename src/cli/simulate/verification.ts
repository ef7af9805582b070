import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#sdk/client.ts';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { AuditReport } from '#sdk/contract/audit.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';
import type { Statement } from '../../payment/simulated/statement.ts';
import { orderPages } from '../orders/order-pages.ts';
import type { Tally } from './tally.ts';

/** What is left when the crowd has gone, by the server's own word and by the payment provider's. */
export interface Verification {
  readonly sale: AdminSale;
  readonly orders: readonly AdminOrder[];
  readonly audit: AuditReport;
  /** Null where the provider's records cannot be seen. */
  readonly chargedMinor: number | null;
  /** Each one is a reason to fail the simulation. */
  readonly faults: readonly string[];
}

interface Subject {
  readonly client: Client;
  readonly saleId: string;
  readonly tally: Tally;
  readonly simulatedProviderUrl: string | null;
}

const DRAIN_POLL_MS = 250;
const DRAIN_PATIENCE_MS = 60_000;

/** Waits until nothing is under way any more, then compares what buyers were told with all the books there are. */
export async function verify({ client, saleId, tally, simulatedProviderUrl }: Subject): Promise<Verification> {
  const { sale, drained } = await drain(client, saleId);
  const orders = await allOrders(client, saleId);
  const audit = await client.runAudit({ sale_id: saleId });
  const charged = simulatedProviderUrl === null ? null : await readCharges(simulatedProviderUrl);
  const faults = [
    ...tally.faults,
    ...(drained ? [] : ['reservations, payments or events were still under way long after the last buyer had left']),
    ...brokenPromises(tally, orders),
    ...(charged === null ? [] : wrongCharges(charged, orders)),
    ...(audit.ok ? [] : ['the audit found an invariant violated']),
  ];
  return { sale, orders, audit, chargedMinor: charged && sum(charged.values()), faults };
}

async function drain(client: Client, saleId: string): Promise<{ sale: AdminSale; drained: boolean }> {
  const { reservation_seconds } = await client.readAdminSale({ sale_id: saleId });
  const deadline = performance.now() + reservation_seconds * 1_000 + DRAIN_PATIENCE_MS;
  for (;;) {
    const sale = await client.readAdminSale({ sale_id: saleId });
    const drained =
      sale.outbox_events === 0 && sale.items.every(({ stock }) => stock?.reserved === 0 && stock.paying === 0);
    if (drained || performance.now() > deadline) return { sale, drained };
    await sleep(DRAIN_POLL_MS);
  }
}

async function allOrders(client: Client, saleId: string): Promise<AdminOrder[]> {
  const orders: AdminOrder[] = [];
  for await (const page of orderPages(client, saleId)) orders.push(...page);
  return orders;
}

function brokenPromises({ acknowledged, paid }: Tally, orders: readonly AdminOrder[]): string[] {
  const statuses = new Map(orders.map(({ order_id, status }) => [order_id, status]));
  const missing = [...acknowledged].filter((orderId) => !statuses.has(orderId));
  const unpaid = [...paid].filter((orderId) => statuses.get(orderId) !== 'paid');
  return [
    ...missing.map((orderId) => `order ${orderId} was acknowledged and is missing on the server`),
    ...unpaid.map((orderId) => `order ${orderId} was paid, and is ${statuses.get(orderId)} on the server`),
  ];
}

/** What the simulated provider took and did not give back, by order. */
async function readCharges(providerUrl: string): Promise<Map<string, number>> {
  const response = await fetch(new URL('/payments', providerUrl));
  const { payments } = (await response.json()) as Statement;
  const charges = new Map<string, number>();
  for (const { order_id, captured_minor, refunded_minor } of payments) {
    const keptMinor = captured_minor - refunded_minor;
    if (order_id !== null && keptMinor !== 0) charges.set(order_id, (charges.get(order_id) ?? 0) + keptMinor);
  }
  return charges;
}

function wrongCharges(charges: ReadonlyMap<string, number>, orders: readonly AdminOrder[]): string[] {
  const owed = new Map(orders.filter(({ status }) => status === 'paid').map((it) => [it.order_id, it.total_minor]));
  const orderIds = new Set([...charges.keys(), ...owed.keys()]);
  return [...orderIds]
    .map((orderId) => ({ orderId, taken: charges.get(orderId) ?? 0, due: owed.get(orderId) ?? 0 }))
    .filter(({ taken, due }) => taken !== due)
    .map(({ orderId, taken, due }) => `the provider charged ${taken} for order ${orderId}, and ${due} is due`);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
