import { expect, test } from 'vitest';
import { purchaseRequest } from '../../../test/support/sale-fixtures.ts';
import type { Order } from '../../domain/order.ts';
import { recordOf } from './event-record.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('the record of an order that is traced says so in a header, as other programs expect it', () => {
  const header = { saleId: 'sale-1', epoch: 1, seq: 2, atMs: 0, correlationId: 'c' } as const;
  const order = { ...purchaseRequest(), traceparent } as unknown as Order;
  expect(recordOf('orders', { ...header, type: 'order_reserved', order }).headers).toMatchObject({ traceparent });
  expect(recordOf('orders', { ...header, type: 'sale_started' }).headers).not.toHaveProperty('traceparent');
});
