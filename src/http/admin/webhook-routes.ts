import type { FastifyInstance } from 'fastify';
import { listWebhooks, replayWebhook, type Webhook } from '#sdk/contract/webhook.ts';
import { type Notification, pageNotifications } from '../../database/notifications.ts';
import type { Ledger } from '../../database/schema.ts';
import { replayWebhook as replay } from '../../engine/replay-webhook.ts';
import { webhookType } from '../../engine/webhook-body.ts';
import type { Store } from '../../store/store.ts';
import { refuse } from '../errors.ts';
import { route } from '../route.ts';
import { operatorOf } from './operator-of.ts';
import { deliveryView } from './order-details-view.ts';

const DEFAULT_LIMIT = 50;

export function addWebhookRoutes(
  app: FastifyInstance,
  ports: { readonly store: Store; readonly ledger: Ledger },
): void {
  route(app, listWebhooks, async ({ query }) => {
    const { status: state = null, order_id: orderId = null, cursor = null, limit = DEFAULT_LIMIT } = query;
    const page = await pageNotifications(ports.ledger, 'webhook', { state, orderId, cursor, limit });
    return { webhooks: page.notifications.map(webhookView), next_cursor: page.nextCursor };
  });
  route(app, replayWebhook, async (request) => {
    const replayed = await replay(ports, operatorOf(request), request.params.webhook_id);
    return replayed === 'not_found' ? refuse('not_found') : webhookView(replayed);
  });
}

function webhookView(notification: Notification): Webhook {
  const { notificationId, news, orderId, sequence } = notification;
  return {
    webhook_id: notificationId,
    type: webhookType(news),
    order_id: orderId,
    sequence,
    ...deliveryView(notification),
  };
}
