import type { AdminOrder } from '#sdk/contract/order.ts';
import { Money } from '../../shared/money.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSale } from '../parts/use-sale.ts';
import { orderTexts as texts } from '../texts/order-texts.ts';

/** What was bought, line by line, and what it comes to. */
export function OrderItems({ order }: { readonly order: AdminOrder }) {
  const { data: sale } = useSale(order.sale_id);
  const nameOf = (sku: string) => sale?.items.find((item) => item.sku_id === sku)?.name ?? sku;
  const { currency } = order;
  return (
    <Panel title={texts.items}>
      <ul className="grid gap-3 text-sm">
        {order.items.map(({ sku_id: sku, quantity, unit_price_minor: price }) => (
          <li key={sku} className="flex items-baseline justify-between gap-4">
            <span className="min-w-0">
              <span className="font-medium">{nameOf(sku)}</span>{' '}
              <span className="block text-muted sm:inline">
                {quantity} × <Money minor={price} currency={currency} />
              </span>
            </span>
            <Money minor={price * quantity} currency={currency} />
          </li>
        ))}
      </ul>
      <p className="flex justify-between gap-4 border-t border-line pt-4 font-semibold">
        {texts.total} <Money minor={order.total_minor} currency={currency} />
      </p>
    </Panel>
  );
}
