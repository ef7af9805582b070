import { writeAudit } from '../database/audit-log.ts';
import { closeLetterOf } from '../database/dead-letters.ts';
import { type Notification, replayNotification } from '../database/notifications.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { Operator } from './operator.ts';

/** Makes a webhook due once more, whatever became of it, and writes down who asked for it. */
export async function replayWebhook(
  { store, ledger }: { readonly store: Store; readonly ledger: Ledger },
  operator: Operator,
  webhookId: string,
): Promise<Notification | 'not_found'> {
  const nowMs = await store.now();
  return ledger.transaction().execute(async (tx) => {
    await closeLetterOf(tx, { kind: 'notification', subject: webhookId, resolvedBy: operator.actor, nowMs });
    const replayed = await replayNotification(tx, 'webhook', { notificationId: webhookId, nowMs });
    if (!replayed) return 'not_found';
    const entry = { action: 'webhook_replayed', target: webhookId, detail: { order_id: replayed.orderId } };
    await writeAudit(tx, { atMs: nowMs, ...operator, ...entry });
    return replayed;
  });
}
