import type { Sale } from '#sdk/contract/sale.ts';
import type { BasketLine } from '../buyer/basket.ts';
import { BasketItem } from './basket-item.tsx';

interface BasketItemsProps {
  readonly sale: Sale;
  readonly lines: readonly BasketLine[];
  readonly disabled: boolean;
  readonly onChange: (skuId: string, quantity: number) => void;
}

/** Every item of a sale, to choose how many. */
export function BasketItems({ sale, lines, disabled, onChange }: BasketItemsProps) {
  return (
    <ul className="grid gap-3">
      {lines.map((line) => (
        <BasketItem
          key={line.item.sku_id}
          line={line}
          limit={sale.purchase_limit}
          currency={sale.currency}
          disabled={disabled}
          onChange={(quantity) => onChange(line.item.sku_id, quantity)}
        />
      ))}
    </ul>
  );
}
