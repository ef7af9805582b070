import type { Notification } from '../database/notifications.ts';
import type { LedgerOrder } from '../database/orders.ts';
import { moneyText } from '../domain/money.ts';
import type { OrderNews } from '../domain/order-news.ts';
import type { SaleDefinition } from '../domain/sale.ts';
import type { Mail } from '../notify/notifier.ts';

export interface MailMatter {
  readonly notification: Notification;
  readonly order: LedgerOrder;
  readonly customer: NonNullable<LedgerOrder['customer']>;
  readonly sale: SaleDefinition;
  /** Where buyers reach the shop. Null: the mail has no link. */
  readonly publicUrl: string | null;
}

interface Words {
  readonly subject: string;
  /** Sentences, a paragraph each. */
  readonly paragraphs: readonly string[];
  readonly totalLabel: string;
}

const WORDS: Readonly<Record<Exclude<OrderNews, 'order_expired'>, Words>> = {
  order_paid: {
    subject: 'Your order is confirmed',
    paragraphs: ['Thank you. Your order is paid, and we are getting it ready.'],
    totalLabel: 'Paid',
  },
  order_refunded: {
    subject: 'Your order is refunded',
    paragraphs: ['We have given your money back. Your bank may take some days to show it.'],
    totalLabel: 'Given back',
  },
  payment_returned: {
    subject: 'Your payment was returned',
    paragraphs: [
      'We are sorry: your payment reached us when we could no longer keep your order for you.',
      'We have given your money back. Your bank may take some days to show it.',
    ],
    totalLabel: 'Given back',
  },
  order_cancelled: {
    subject: 'Your order is cancelled',
    paragraphs: [
      'We are sorry: we cannot give you what you have ordered, and had to cancel your order.',
      'You pay nothing. Money that your bank has put aside for it comes back by itself.',
    ],
    totalLabel: 'Not charged',
  },
};

const SALE_CALLED_OFF = 'We are sorry: the sale was called off, and your order with it.';

/** What a buyer reads about their order: plain text, and the same as HTML. */
export function orderMail(matter: MailMatter): Mail {
  const { notification, order, customer, sale } = matter;
  const { notificationId: mailId, news, correlationId } = notification;
  const words = wordsOf(notification);
  return {
    mailId,
    news,
    orderId: order.orderId,
    correlationId,
    to: { name: customer.name, address: customer.email },
    subject: `${words.subject}: ${sale.name}`,
    text: plainText(matter, words),
    html: html(matter, words),
  };
}

function wordsOf({ news, reason }: Notification): Words {
  if (news === 'order_expired') throw new TypeError('nobody is mailed about an order that expired');
  const words = WORDS[news];
  if (news !== 'order_cancelled' || reason !== 'sale_cancelled') return words;
  return { ...words, paragraphs: [SALE_CALLED_OFF, ...words.paragraphs.slice(1)] };
}

function plainText(matter: MailMatter, { paragraphs, totalLabel }: Words): string {
  const { customer, order } = matter;
  const lines = linesOf(matter).map(({ quantity, name, price }) => `  ${quantity} x ${name}, ${price} each`);
  const link = linkTo(matter);
  return [
    `Hello ${customer.name},`,
    ...paragraphs,
    [...lines, `${totalLabel}: ${moneyText(order.totalMinor, order.currency)}`].join('\n'),
    [`Order ${order.orderId}`, ...(link ? [link] : [])].join('\n'),
  ].join('\n\n');
}

function html(matter: MailMatter, { paragraphs, totalLabel }: Words): string {
  const { customer, order } = matter;
  const rows = linesOf(matter).map(({ quantity, name, price }) => row(`${quantity} &times; ${escaped(name)}`, price));
  const link = linkTo(matter);
  const number = escaped(`Order ${order.orderId}`);
  return [
    '<!doctype html><html lang="en"><body>',
    ...[`Hello ${customer.name},`, ...paragraphs].map((text) => `<p>${escaped(text)}</p>`),
    '<table cellpadding="4">',
    ...rows,
    row(`<strong>${totalLabel}</strong>`, moneyText(order.totalMinor, order.currency)),
    '</table>',
    `<p>${link ? `<a href="${escaped(link)}">${number}</a>` : number}</p>`,
    '</body></html>',
  ].join('\n');
}

function row(what: string, price: string): string {
  return `<tr><td>${what}</td><td align="right">${price}</td></tr>`;
}

function linesOf({ order, sale }: MailMatter) {
  const names = new Map(sale.items.map(({ skuId, name }) => [skuId, name]));
  return order.lines.map(({ skuId, quantity, unitPriceMinor }) => ({
    quantity,
    name: names.get(skuId) ?? skuId,
    price: moneyText(unitPriceMinor, order.currency),
  }));
}

function linkTo({ order, publicUrl }: MailMatter): string | null {
  return publicUrl && new URL(`/orders/${order.orderId}`, publicUrl).href;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
