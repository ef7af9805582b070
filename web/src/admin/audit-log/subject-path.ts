import { generatePath } from 'react-router';
import { orderPathOf } from '../parts/order-paths.ts';
import { adminPaths as paths } from '../paths.ts';

const PATHS: readonly (readonly [prefix: string, path: (subject: string) => string])[] = [
  ['sale_', (saleId) => generatePath(paths.sale, { saleId })],
  ['gate_', (saleId) => generatePath(paths.sale, { saleId })],
  ['order_', orderPathOf],
  ['fulfilment_', orderPathOf],
  ['review_', (orderId) => generatePath(paths.review, { orderId })],
  ['dead_letter_', (deadLetterId) => generatePath(paths.deadLetter, { deadLetterId })],
  ['webhook_', () => paths.webhooks],
];

/** Where what was done can be looked at; null where nothing is left to see. */
export function subjectPath(action: string, subject: string): string | null {
  if (action === 'sale_deleted') return null;
  const [, path] = PATHS.find(([prefix]) => action.startsWith(prefix)) ?? [];
  return path?.(subject) ?? null;
}
