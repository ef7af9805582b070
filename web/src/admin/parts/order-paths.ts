import { generatePath } from 'react-router';
import { adminPaths as paths } from '../paths.ts';

export function ordersPathOf(saleId: string): string {
  return `${paths.orders}?sale=${saleId}`;
}

export function orderPathOf(orderId: string): string {
  return generatePath(paths.order, { orderId });
}
