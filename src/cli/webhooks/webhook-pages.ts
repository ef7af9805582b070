import type { Client } from '#sdk/client.ts';
import type { Webhook } from '#sdk/contract/webhook.ts';

export const WEBHOOK_STATUSES = ['pending', 'delivered', 'dropped', 'failed'] as const;

const PAGE_SIZE = 200;

/** The webhooks with a status, or all, newest first, page by page. */
export async function* webhookPages(
  client: Client,
  status: Webhook['status'] | undefined,
): AsyncGenerator<readonly Webhook[]> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Client['listWebhooks']>> = await client.listWebhooks({
      limit: PAGE_SIZE,
      ...(status && { status }),
      ...(cursor !== null && { cursor }),
    });
    yield page.webhooks;
    cursor = page.next_cursor;
  } while (cursor !== null);
}
