import { setTimeout as sleep } from 'node:timers/promises';
import { readAccount } from '../database/sale-accounts.ts';
import { type SettledSurplus, settleSurplus } from '../database/surplus.ts';
import type { SaleAccount } from '../domain/recovery-plan.ts';
import { isOver } from '../domain/sale.ts';
import type { SaleSnapshot } from '../store/store.ts';
import { type Operator, recordSaleAction, type SalePorts } from './operator.ts';

/** Something that store and ledger do not agree about: null for what one of them does not know. */
interface Difference {
  readonly about: 'order' | 'item';
  readonly id: string;
  readonly store: string | null;
  readonly ledger: string | null;
}

/** How many were looked at. Orders: 0 while the ledger is behind the store. */
interface Compared {
  readonly items: number;
  readonly orders: number;
}

interface Comparison {
  readonly compared: Compared;
  readonly differences: readonly Difference[];
}

export interface Reconciliation extends Comparison {
  /** The event up to which both were compared. Null: the store does not hold the sale. */
  readonly storeSeq: number | null;
  readonly ledgerSeq: number;
  /** Null while the sale is on. */
  readonly surplus: SettledSurplus | null;
}

const PATIENCE_MS = 3_000;
const POLL_MS = 50;

/**
 * Compares store and ledger at one place of the order log. Of a sale that is on it only reports: what repairs the store is
 * its recovery. Once the sale is over, paid orders that no units are left for are given back, the last first.
 */
export async function reconcileSale(
  ports: SalePorts,
  operator: Operator,
  saleId: string,
): Promise<Reconciliation | 'not_found'> {
  const { store, ledger } = ports;
  const snapshot = await store.snapshot(saleId);
  const account = await accountAt(ports, saleId, snapshot?.lastSeq ?? 0);
  if (!account) return 'not_found';
  const surplus = isOver(account.state) ? await settleSurplus(ledger, saleId, await store.now()) : null;
  const comparison = snapshot ? compare(snapshot, account) : NOTHING_COMPARED;
  const detail = { differences: comparison.differences.length, given_back: surplus?.givenBack.length ?? 0 };
  await recordSaleAction(ports, operator, saleId, 'sale_reconciled', detail);
  return { storeSeq: snapshot?.lastSeq ?? null, ledgerSeq: account.position.lastSeq, ...comparison, surplus };
}

/** The ledger, once it has read as far as that, or as it is when it has not in time. */
async function accountAt({ ledger }: SalePorts, saleId: string, seq: number): Promise<SaleAccount | null> {
  const giveUpAtMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const account = await readAccount(ledger, saleId);
    if (!account || account.position.lastSeq >= seq || performance.now() > giveUpAtMs) return account;
    await sleep(POLL_MS);
  }
}

const NOTHING_COMPARED: Comparison = { compared: { items: 0, orders: 0 }, differences: [] };

/** What the ledger has not read yet, and what it has read since, is no difference. */
function compare(snapshot: SaleSnapshot, account: SaleAccount): Comparison {
  const itemCount = snapshot.stock.length;
  const items = snapshot.stock.flatMap(({ skuId, totalStock }) => {
    const known = account.sale.items.find((item) => item.skuId === skuId)?.totalStock ?? null;
    return differenceOf('item', skuId, `${totalStock} units`, known === null ? null : `${known} units`);
  });
  if (account.position.lastSeq < snapshot.lastSeq) {
    return { compared: { items: itemCount, orders: 0 }, differences: items };
  }
  const stored = new Map(snapshot.orders.map((order) => [order.orderId, order.state]));
  const known = new Map(account.orders.map((accounted) => [accounted.order.orderId, accounted]));
  const orderIds = new Set([...stored.keys(), ...known.keys()]);
  const orders = [...orderIds].flatMap((orderId) => {
    const ledger = known.get(orderId);
    if (ledger && isBeyond(snapshot, ledger)) return [];
    return differenceOf('order', orderId, stored.get(orderId) ?? null, ledger?.order.state ?? null);
  });
  return { compared: { items: itemCount, orders: orderIds.size }, differences: [...items, ...orders] };
}

/** The log has told more of it since, has not told of it, or told of it too late. */
function isBeyond({ lastSeq }: SaleSnapshot, accounted: SaleAccount['orders'][number]): boolean {
  const { order, lastSeq: seq } = accounted;
  return seq === 0 || seq > lastSeq || order.releaseReason === 'lost_in_recovery';
}

function differenceOf(about: Difference['about'], id: string, store: string | null, ledger: string | null) {
  return store === ledger ? [] : [{ about, id, store, ledger }];
}
