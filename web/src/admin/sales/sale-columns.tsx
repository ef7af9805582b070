import { generatePath, Link } from 'react-router';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { numberText } from '../parts/number-text.ts';
import { type Column, rowLinkClasses } from '../parts/record-table.tsx';
import { adminPaths as paths } from '../paths.ts';
import { salesTexts as texts } from '../texts/sale-texts.ts';
import { PhaseBadge } from './phase-badge.tsx';
import { SaleWindow } from './sale-window.tsx';

/** The list of sales. */
export const saleColumns: readonly Column<AdminSale>[] = [
  { title: texts.name, cell: nameCell, place: 'lead' },
  { title: texts.phase, cell: ({ phase }) => <PhaseBadge phase={phase} />, place: 'aside' },
  {
    title: texts.window,
    cell: ({ starts_at, ends_at }) => <SaleWindow startsAt={starts_at} endsAt={ends_at} />,
    place: 'line',
    titleHidden: true,
  },
  { title: texts.stock, cell: (sale) => unitsCell(sale, 'available'), place: 'line', align: 'end' },
  { title: texts.sold, cell: (sale) => unitsCell(sale, 'sold'), place: 'line', align: 'end' },
];

function nameCell({ sale_id: saleId, name, items, waiting_room: room }: AdminSale) {
  return (
    <div className="grid gap-0.5">
      <Link to={generatePath(paths.sale, { saleId })} className={rowLinkClasses}>
        {name}
      </Link>
      <span className="text-xs text-muted">
        {[texts.items(items.length), ...(room ? [texts.withRoom] : [])].join(' · ')}
      </span>
    </div>
  );
}

function unitsCell({ items }: AdminSale, part: 'available' | 'sold') {
  const known = items.every(({ stock }) => stock !== null);
  const units = items.reduce((sum, { stock }) => sum + (stock?.[part] ?? 0), 0);
  const total = items.reduce((sum, { total_stock }) => sum + total_stock, 0);
  return (
    <span className="whitespace-nowrap tabular-nums">
      {numberText(known ? units : null)} <span className="text-muted">{texts.of(numberText(total))}</span>
    </span>
  );
}
