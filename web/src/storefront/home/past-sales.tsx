import { generatePath, Link } from 'react-router';
import type { Sale } from '#sdk/contract/sale.ts';
import { Card } from '../../shared/card.tsx';
import { Time } from '../../shared/time.tsx';
import { storefrontPaths as paths } from '../paths.ts';
import { texts } from '../texts.ts';

/** What was, in a line each. */
export function PastSales({ sales }: { readonly sales: readonly Sale[] }) {
  if (sales.length === 0) return null;
  return (
    <section className="grid gap-4">
      <h2 className="text-sm font-semibold tracking-wide text-muted uppercase">{texts.pastSales}</h2>
      <Card>
        <ul className="divide-y divide-line">
          {sales.map((sale) => (
            <li
              key={sale.sale_id}
              className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3.5 hover:bg-sunken sm:px-5"
            >
              <Link
                to={generatePath(paths.sale, { saleId: sale.sale_id })}
                className="font-medium after:absolute after:inset-0"
              >
                {sale.name}
              </Link>
              <span className="text-sm text-muted">
                {texts.endedAt} <Time at={sale.ends_at} format="day" />
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </section>
  );
}
