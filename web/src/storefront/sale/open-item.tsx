import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { useHydrated } from '../../shared/hydrated.ts';
import type { BasketInHand } from '../buyer/use-basket.ts';

interface OpenItemProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
  readonly hand: BasketInHand;
}

const ItemDialog = lazy(async () => ({ default: (await import('./item-dialog.tsx')).ItemDialog }));

/** The product that the address names, `?item=` and its SKU, over the page. */
export function OpenItem({ details, status, hand }: OpenItemProps) {
  const [search, setSearch] = useSearchParams();
  // The page that was rendered for everybody knows of no address.
  const skuId = useHydrated() ? search.get('item') : null;
  const item = details.items.find((one) => one.sku_id === skuId);
  if (!item) return null;
  return (
    <Suspense>
      <ItemDialog
        item={item}
        details={details}
        status={status}
        hand={hand}
        onClose={() => setSearch({}, { preventScrollReset: true })}
      />
    </Suspense>
  );
}
