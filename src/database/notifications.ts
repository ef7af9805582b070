import { type Selectable, sql } from 'kysely';
import type { ReleaseReason } from '../domain/order.ts';
import type { OrderNews } from '../domain/order-news.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Ledger, NotificationsTable } from './schema.ts';

/** How news travel: to a buyer by mail, to the shop by webhook. */
export type Channel = 'mail' | 'webhook';

/** `dropped`: there was nobody left to tell. `failed`: given up, until somebody asks for it again. */
export type NotificationState = Row['state'];

/** One piece of news on its way. */
export interface Notification {
  /** The same for every try, also after a replay. */
  readonly notificationId: string;
  /** Grows; the news of one order are numbered as they happened. */
  readonly sequence: number;
  readonly orderId: string;
  readonly news: OrderNews;
  readonly reason: ReleaseReason | null;
  readonly atMs: number;
  readonly correlationId: string;
  readonly state: NotificationState;
  /** Tries that failed, since it became due or was replayed. */
  readonly tries: number;
  readonly lastError: string | null;
  /** Null when nothing is left to do. */
  readonly nextTryAtMs: number | null;
  readonly settledAtMs: number | null;
}

export interface NotificationLease {
  readonly workerId: string;
  readonly limit: number;
  readonly leaseMs: number;
  readonly nowMs: number;
}

export interface NotificationPage {
  readonly notifications: readonly Notification[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

type Row = Selectable<NotificationsTable>;

const TABLES: Readonly<Record<Channel, string>> = { mail: 'notifications', webhook: 'webhook_deliveries' };

/**
 * Hands out what is longest due, each to one worker until its lease ends. An order's news go out one after
 * the other: what came before must have been delivered or given up. The shop does not hear that an order is paid while
 * risk review holds it back.
 */
export async function leaseNotifications(
  db: Ledger,
  channel: Channel,
  { workerId, limit, leaseMs, nowMs }: NotificationLease,
): Promise<Notification[]> {
  const now = new Date(nowMs);
  const table = sql.table(TABLES[channel]);
  // Materialized: a plan that ran the limited, locking query more than once would lease too many.
  const { rows } = await sql<Row>`
    with due as materialized (
      select notification_id from ${table} as it
      where next_try_at <= ${now} and (lease_until is null or lease_until <= ${now})
        and not exists (
          select from ${table} as earlier
          where earlier.order_id = it.order_id and earlier.sequence < it.sequence and earlier.next_try_at is not null
        )
        and not (${channel} = 'webhook' and news = 'order_paid' and exists (
          select from orders where orders.order_id = it.order_id and review in ('pending', 'open')
        ))
      order by next_try_at
      limit ${limit}
      for update skip locked
    )
    update ${table} as leased set leased_by = ${workerId}, lease_until = ${new Date(nowMs + leaseMs)}
    from due where leased.notification_id = due.notification_id
    returning leased.*`.execute(db);
  return rows.map(toNotification).sort((a, b) => a.sequence - b.sequence);
}

/** Frees what a worker of this name has leased, except for what it is busy with. */
export async function releaseNotificationLeases(
  db: Ledger,
  channel: Channel,
  workerId: string,
  busyWith: readonly string[] = [],
): Promise<void> {
  await sql`
    update ${sql.table(TABLES[channel])} set leased_by = null, lease_until = null
    where leased_by = ${workerId} and notification_id <> all(${busyWith}::text[])`.execute(db);
}

/** Ends it, for now: a replay begins anew. */
export async function settleNotification(
  db: Ledger,
  channel: Channel,
  {
    notificationId,
    state,
    error = null,
    nowMs,
  }: {
    readonly notificationId: string;
    readonly state: Exclude<NotificationState, 'pending'>;
    readonly error?: string | null;
    readonly nowMs: number;
  },
): Promise<void> {
  await sql`
    update ${sql.table(TABLES[channel])} set
      state = ${state}, last_error = ${error}, settled_at = ${new Date(nowMs)},
      next_try_at = null, leased_by = null, lease_until = null
    where notification_id = ${notificationId}`.execute(db);
}

/** Gives the lease back, and counts a try that failed. */
export async function postponeNotification(
  db: Ledger,
  channel: Channel,
  {
    notificationId,
    error,
    nextTryAtMs,
  }: {
    readonly notificationId: string;
    readonly error: string;
    readonly nextTryAtMs: number;
  },
): Promise<void> {
  await sql`
    update ${sql.table(TABLES[channel])} set
      next_try_at = ${new Date(nextTryAtMs)}, tries = tries + 1, last_error = ${error},
      leased_by = null, lease_until = null
    where notification_id = ${notificationId} and next_try_at is not null`.execute(db);
}

/** Makes it due now, whatever became of it, under the same id. Null when there is none. */
export async function replayNotification(
  db: Ledger,
  channel: Channel,
  { notificationId, nowMs }: { readonly notificationId: string; readonly nowMs: number },
): Promise<Notification | null> {
  const { rows } = await sql<Row>`
    update ${sql.table(TABLES[channel])} set
      state = 'pending', next_try_at = ${new Date(nowMs)}, tries = 0, settled_at = null
    where notification_id = ${notificationId}
    returning *`.execute(db);
  return rows[0] ? toNotification(rows[0]) : null;
}

/** Newest first. Throws `InvalidCursor`. */
export async function pageNotifications(
  db: Ledger,
  channel: Channel,
  {
    state,
    orderId = null,
    cursor,
    limit,
  }: {
    readonly state: NotificationState | null;
    readonly orderId?: string | null;
    readonly cursor: string | null;
    readonly limit: number;
  },
): Promise<NotificationPage> {
  const before = cursor === null ? null : decodeCursor(cursor).major;
  const { rows } = await sql<Row>`
    select * from ${sql.table(TABLES[channel])}
    where (${state}::text is null or state = ${state}) and (${orderId}::text is null or order_id = ${orderId})
      and (${before}::bigint is null or sequence < ${before})
    order by sequence desc
    limit ${limit + 1}`.execute(db);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    notifications: shown.map(toNotification),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(last.sequence, '') : null,
  };
}

/** What was told of one order, oldest first. */
export async function readNotificationsOfOrder(db: Ledger, channel: Channel, orderId: string): Promise<Notification[]> {
  const { rows } = await sql<Row>`
    select * from ${sql.table(TABLES[channel])} where order_id = ${orderId} order by sequence`.execute(db);
  return rows.map(toNotification);
}

function toNotification(row: Row): Notification {
  return {
    notificationId: row.notification_id,
    sequence: row.sequence,
    orderId: row.order_id,
    news: row.news,
    reason: row.reason,
    atMs: row.at.getTime(),
    correlationId: row.correlation_id,
    state: row.state,
    tries: row.tries,
    lastError: row.last_error,
    nextTryAtMs: row.next_try_at?.getTime() ?? null,
    settledAtMs: row.settled_at?.getTime() ?? null,
  };
}
