import type { DrawResult } from '../domain/draw.ts';
import type { GateSettings } from '../domain/gate.ts';
import type { Order } from '../domain/order.ts';
import type { RecoveredDraw } from '../domain/recovered-sale.ts';
import type { AccountedAttempt, AccountedOrder, SaleAccount } from '../domain/recovery-plan.ts';
import type { RoomCheckpoint } from '../domain/room-rebuild.ts';
import type { SaleDefinition } from '../domain/sale.ts';
import { readPosition } from './log-positions.ts';
import { type OrderRow, selectOrders, toLedgerOrder } from './order-rows.ts';
import { listRestocks } from './restocks.ts';
import { readSale } from './sales.ts';
import type { Ledger } from './schema.ts';

/** Everything that the ledger knows of a sale which a store needs to sell it, as of one moment. */
export async function readAccount(db: Ledger, saleId: string): Promise<SaleAccount | null> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const known = await readSale(tx, saleId);
      if (!known) return null;
      const { sale, state, items } = known;
      const { epoch, seq: lastSeq } = await readPosition(tx, saleId);
      const totals = new Map(items.map(({ skuId, totalStock }) => [skuId, totalStock]));
      return {
        position: { epoch, lastSeq },
        sale: {
          ...sale,
          items: sale.items.map((item) => ({ ...item, totalStock: totals.get(item.skuId) ?? item.totalStock })),
        },
        state,
        restockIds: (await listRestocks(tx, saleId)).map(({ restockId }) => restockId),
        gate: await readGate(tx, saleId),
        draw: await readRecoveredDraw(tx, sale),
        room: await readCheckpoint(tx, saleId),
        orders: await readOrders(tx, saleId),
      };
    });
}

async function readOrders(tx: Ledger, saleId: string): Promise<AccountedOrder[]> {
  const rows = await selectOrders(tx)
    .where('sale_id', '=', saleId)
    .orderBy('reserved_at')
    .orderBy('last_seq')
    .orderBy('order_id')
    .execute();
  const attempts = await readCurrentAttempts(tx, saleId);
  return rows.map((row) => ({
    order: asStored(row),
    lastSeq: row.last_seq,
    isClaimed: row.claimed_at !== null,
    attempt: attempts.get(row.order_id) ?? null,
  }));
}

/** As a store has it: it knows nothing of customers, of claims, or of refunds. */
function asStored(row: OrderRow): Order {
  const { claimedAtMs: _, fulfilment: __, customer: ___, review: ____, ...order } = toLedgerOrder(row);
  return order.state === 'refunded' ? { ...order, state: 'paid' } : order;
}

async function readCurrentAttempts(tx: Ledger, saleId: string): Promise<Map<string, AccountedAttempt>> {
  const rows = await tx
    .selectFrom('orders')
    .innerJoin('payments', 'payments.attempt_id', 'orders.current_attempt_id')
    .select(['orders.order_id', 'payments.attempt_id', 'payments.state', 'payments.abandon_reason'])
    .where('orders.sale_id', '=', saleId)
    .execute();
  return new Map(
    rows.map(({ order_id, attempt_id, state, abandon_reason }) => [
      order_id,
      { attemptId: attempt_id, state, abandonReason: abandon_reason },
    ]),
  );
}

async function readGate(tx: Ledger, saleId: string): Promise<GateSettings | null> {
  const detail = await readNewest(tx, saleId, 'gate_changed');
  if (!detail) return null;
  const { rate_per_second, max_active, paused } = detail as {
    rate_per_second: number;
    max_active: number;
    paused: boolean;
  };
  return { ratePerSecond: rate_per_second, maxActive: max_active, paused };
}

async function readCheckpoint(tx: Ledger, saleId: string): Promise<RoomCheckpoint | null> {
  const detail = await readNewest(tx, saleId, 'room_checkpoint');
  if (!detail) return null;
  const { tickets, now_serving } = detail as { tickets: number; now_serving: number };
  return { tickets, nowServing: now_serving };
}

async function readRecoveredDraw(tx: Ledger, { saleId, waitingRoom }: SaleDefinition): Promise<RecoveredDraw | null> {
  const closed = await readNewest(tx, saleId, 'draw_closed');
  if (!closed) return null;
  const { entrants } = closed as { entrants: number };
  const made = await readNewest(tx, saleId, 'draw_made');
  if (!made) return { entrants, result: null };
  const { list_hash, seed, beacon } = made as { list_hash: string; seed: string; beacon: DrawResult['beacon'] };
  const committedSeed = waitingRoom?.draw?.seed ?? '';
  return { entrants, result: { entrants, listHash: list_hash, committedSeed, seed, beacon } };
}

async function readNewest(tx: Ledger, saleId: string, type: string): Promise<Readonly<Record<string, unknown>> | null> {
  const found = await tx
    .selectFrom('sale_events')
    .select('detail')
    .where('sale_id', '=', saleId)
    .where('type', '=', type)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.detail ?? null;
}
