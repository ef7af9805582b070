import { writeDeadLetter } from '../database/dead-letters.ts';
import { LedgerUnavailable } from '../database/ledger-unavailable.ts';
import {
  type Channel,
  type Notification,
  postponeNotification,
  settleNotification,
} from '../database/notifications.ts';
import type { Ledger } from '../database/schema.ts';
import { deadLetterReason } from '../domain/dead-letter.ts';
import type { OrderNews } from '../domain/order-news.ts';
import { backoffMs } from '../resilience/backoff.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

export interface DeliveryPorts {
  readonly store: Pick<Store, 'now'>;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  readonly retry: { readonly baseMs: number };
}

/** What the dead letter of a notification holds. */
export interface NotificationLetter {
  readonly channel: Channel;
  readonly news: OrderNews;
}

/** Together they take more than a day. */
const MAX_TRIES = 100;
const SLOWEST_MS = 15 * 60_000;

/**
 * Sends a leased notification and writes down what became of it. What failed is repeated after a pause that grows;
 * what was refused, or has failed for a day, becomes a dead letter. A process that dies between the two sends it again.
 */
export async function deliverNotification(
  ports: DeliveryPorts,
  channel: Channel,
  notification: Notification,
  send: () => Promise<'delivered' | 'dropped'>,
): Promise<void> {
  const startedAt = performance.now();
  try {
    const state = await send();
    const seconds = (performance.now() - startedAt) / 1000;
    const { notificationId } = notification;
    await settleNotification(ports.ledger, channel, { notificationId, state, nowMs: await ports.store.now() });
    ports.events.notificationSettled(channel, notification, state, seconds);
  } catch (error) {
    // Nobody outside has failed, and nothing can be written down: the lease will end.
    if (error instanceof LedgerUnavailable) throw error;
    await handleFailure(ports, channel, notification, error);
  }
}

async function handleFailure(
  ports: DeliveryPorts,
  channel: Channel,
  notification: Notification,
  error: unknown,
): Promise<void> {
  const { notificationId, tries } = notification;
  if (isFinal(error) || tries + 1 >= MAX_TRIES) return giveUp(ports, channel, notification, error);
  const delayMs = backoffMs(tries, { baseMs: ports.retry.baseMs, maxMs: SLOWEST_MS });
  const nextTryAtMs = Math.round((await ports.store.now()) + delayMs);
  await postponeNotification(ports.ledger, channel, { notificationId, error: messageOf(error), nextTryAtMs });
  ports.events.notificationPostponed(channel, notification, error, delayMs);
}

async function giveUp(
  { store, ledger, events }: DeliveryPorts,
  channel: Channel,
  notification: Notification,
  error: unknown,
): Promise<void> {
  const { notificationId, orderId, news, correlationId, tries } = notification;
  const nowMs = await store.now();
  const letter = await ledger.transaction().execute(async (tx) => {
    const written = await writeDeadLetter(tx, {
      kind: 'notification',
      subject: notificationId,
      saleId: null,
      orderId,
      reason: deadLetterReason(error),
      payload: { channel, news } satisfies NotificationLetter,
      attempts: tries + 1,
      correlationId,
      nowMs,
    });
    await settleNotification(tx, channel, { notificationId, state: 'failed', error: messageOf(error), nowMs });
    return written;
  });
  events.notificationGivenUp(channel, notification, error);
  if (letter) events.deadLetterRaised(letter);
}

function isFinal(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === false;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'internal';
}
