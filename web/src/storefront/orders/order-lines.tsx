import type { Order } from '#sdk/contract/order.ts';
import type { Sale } from '#sdk/contract/sale.ts';
import { Money } from '../../shared/money.tsx';
import { orderTexts as texts } from '../texts/order-texts.ts';

interface OrderLinesProps {
  readonly order: Order;
  /** Tells the names of items. Null while it is not known, or no longer there. */
  readonly sale: Sale | null;
}

/** What was ordered, and what it comes to. */
export function OrderLines({ order, sale }: OrderLinesProps) {
  const names = new Map(sale?.items.map(({ sku_id, name }) => [sku_id, name]));
  return (
    <dl className="grid gap-2">
      {order.items.map(({ sku_id, quantity, unit_price_minor }) => (
        <div key={sku_id} className="flex items-baseline justify-between gap-4">
          <dt className="text-muted [overflow-wrap:anywhere]">
            <span className="tabular-nums">{quantity} ×</span> {names.get(sku_id) ?? sku_id}
          </dt>
          <dd>
            <Money minor={quantity * unit_price_minor} currency={order.currency} />
          </dd>
        </div>
      ))}
      <div className="flex items-baseline justify-between gap-4 border-t border-line pt-3">
        <dt className="font-semibold">{texts.total}</dt>
        <dd className="text-xl font-semibold tracking-tight">
          <Money minor={order.total_minor} currency={order.currency} />
        </dd>
      </div>
    </dl>
  );
}
