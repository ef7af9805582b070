import type { Client } from '#sdk/client.ts';
import type { AdminOrder } from '#sdk/contract/order.ts';

export const ORDER_STATUSES = ['reserved', 'paying', 'paid', 'cancelled', 'expired', 'refunded'] as const;

export interface OrderFilter {
  readonly status?: (typeof ORDER_STATUSES)[number] | undefined;
  readonly query?: string | undefined;
}

const PAGE_SIZE = 200;

/** Every order of a sale, newest first, a page at a time. */
export async function* orderPages(
  client: Client,
  saleId: string,
  filter: OrderFilter = {},
): AsyncGenerator<readonly AdminOrder[], void, void> {
  let cursor: string | undefined;
  do {
    const page = await client.listSaleOrders({
      sale_id: saleId,
      limit: PAGE_SIZE,
      ...(filter.status && { status: filter.status }),
      ...(filter.query && { query: filter.query }),
      ...(cursor && { cursor }),
    });
    yield page.orders;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
}
