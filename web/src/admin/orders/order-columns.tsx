import { Link } from 'react-router';
import type { AdminOrder } from '#sdk/contract/order.ts';
import { Money } from '../../shared/money.tsx';
import { Age } from '../parts/age.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { OrderBadges } from '../parts/order-badges.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { type Column, rowLinkClasses } from '../parts/record-table.tsx';
import { orderTexts as texts } from '../texts/order-texts.ts';

/** @param names of items, by SKU */
export function orderColumns(names: ReadonlyMap<string, string>): readonly Column<AdminOrder>[] {
  return [
    { title: texts.order, place: 'lead', cell: (order) => <OrderName order={order} /> },
    { title: texts.status, place: 'aside', cell: (order) => <OrderBadges order={order} /> },
    { title: texts.items, place: 'detail', cell: (order) => <ItemList order={order} names={names} /> },
    {
      title: texts.total,
      place: 'figure',
      align: 'end',
      cell: (order) => <Money minor={order.total_minor} currency={order.currency} />,
    },
    { title: texts.placed, place: 'note', align: 'end', cell: (order) => <Age at={order.reserved_at} /> },
  ];
}

function OrderName({ order }: { readonly order: AdminOrder }) {
  return (
    <div className="grid gap-0.5">
      <Link to={orderPathOf(order.order_id)} data-row-link className={`${rowLinkClasses} font-mono`}>
        {shortId(order.order_id)}
      </Link>
      <span className="truncate text-muted">{order.customer?.name ?? order.user_id}</span>
    </div>
  );
}

function ItemList({ order, names }: { readonly order: AdminOrder; readonly names: ReadonlyMap<string, string> }) {
  return (
    <ul>
      {order.items.map(({ sku_id: sku, quantity }) => (
        <li key={sku}>
          <span className="text-muted tabular-nums">{quantity} ×</span> {names.get(sku) ?? sku}
        </li>
      ))}
    </ul>
  );
}
