import type { Webhook } from '#sdk/contract/webhook.ts';

/** What the page of webhooks says. */
export const webhookTexts = {
  title: 'Webhooks',
  lead: 'What the shop was told about its orders, and what it is still to be told.',
  list: 'Webhooks',
  filter: 'Status',
  event: 'Event',
  status: 'Status',
  tries: (count: number) => (count === 1 ? 'One failed try' : `${count} failed tries`),
  error: 'What the shop said',
  nextTry: 'next at',
  created: 'Created',
  action: 'Action',
  order: (id: string) => `Order ${id}`,
  emptyTitle: 'Nothing was told yet',
  emptyDetail: 'With WEBHOOK_URL set, every order that is paid, expires, is cancelled or refunded is told to the shop.',
  noMatchTitle: 'No webhook has this status',
  noMatchDetail: 'Try another one.',
  replay: 'Send again',
  replayOf: (event: string, id: string) => `Send again: ${event}, order ${id}`,
  replayed: 'On its way to the shop once more',
  failed: 'It could not be sent again',
} as const;

export const webhookTypeTexts: Readonly<Record<Webhook['type'], string>> = {
  'order.paid': 'Order paid',
  'order.expired': 'Order expired',
  'order.cancelled': 'Order cancelled',
  'order.refunded': 'Order refunded',
};
