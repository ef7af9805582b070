import { sql } from 'kysely';
import { type Audience, concernsBuyer, concernsShop, type OrderReport } from '../domain/order-news.ts';
import type { Ledger } from './schema.ts';

/**
 * Makes the mails and webhooks due that orders' news call for, in the transaction that makes them true: none is lost,
 * and none tells what did not happen. A buyer who left no address is not told. The orders must be locked, so that the
 * news of each are numbered as they happened.
 */
export async function announce(tx: Ledger, reports: readonly OrderReport[], audience: Audience): Promise<void> {
  await announceToBuyers(tx, reports.filter(concernsBuyer));
  if (audience === 'buyers_and_shop') await announceToShop(tx, reports.filter(concernsShop));
}

async function announceToBuyers(tx: Ledger, reports: readonly OrderReport[]): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    insert into notifications (order_id, news, reason, at, correlation_id, next_try_at)
    select report.order_id, news, reason, at, report.correlation_id, at
    from ${recordset(reports)} join orders using (order_id)
    where customer is not null
    order by place`.execute(tx);
}

async function announceToShop(tx: Ledger, reports: readonly OrderReport[]): Promise<void> {
  if (reports.length === 0) return;
  await sql`
    insert into webhook_deliveries (order_id, news, reason, at, correlation_id, next_try_at)
    select order_id, news, reason, at, correlation_id, at
    from ${recordset(reports)}
    order by place`.execute(tx);
}

function recordset(reports: readonly OrderReport[]) {
  const rows = reports.map(({ orderId, news, reason, atMs, correlationId }, place) => ({
    place,
    order_id: orderId,
    news,
    reason,
    at: new Date(atMs),
    correlation_id: correlationId,
  }));
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as report(
    place integer, order_id text, news text, reason text, at timestamptz, correlation_id text
  )`;
}
