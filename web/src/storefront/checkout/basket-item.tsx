import { Money } from '../../shared/money.tsx';
import { formatCount } from '../../shared/numbers.ts';
import type { BasketLine } from '../buyer/basket.ts';
import { QuantityStepper } from '../buyer/quantity-stepper.tsx';
import { ProductPicture } from '../products/product-picture.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';

interface BasketItemProps {
  readonly line: BasketLine;
  /** Units that one buyer may have of it. */
  readonly limit: number;
  readonly currency: string;
  readonly disabled: boolean;
  readonly onChange: (quantity: number) => void;
}

export function BasketItem({ line, limit, currency, disabled, onChange }: BasketItemProps) {
  const { item, quantity, remaining } = line;
  return (
    <li className="grid grid-cols-[5rem_minmax(0,1fr)] items-center gap-x-4 gap-y-3 rounded-card border border-line bg-surface p-4 sm:grid-cols-[5rem_minmax(0,1fr)_auto]">
      <div aria-hidden="true" className="overflow-hidden rounded-control">
        <ProductPicture skuId={item.sku_id} name="" imageUrl={item.image_url} />
      </div>
      <div className="grid gap-0.5">
        <p className="font-medium [overflow-wrap:anywhere]">{item.name}</p>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <Money minor={item.flash_price_minor} currency={currency} className="font-semibold" />
          {item.original_price_minor > item.flash_price_minor && (
            <s className="text-sm text-muted">
              <Money minor={item.original_price_minor} currency={currency} />
            </s>
          )}
        </p>
        <p className="text-sm text-muted tabular-nums">{stockWords(line, limit)}</p>
      </div>
      <div className="col-span-2 flex justify-end sm:col-span-1">
        <QuantityStepper
          name={item.name}
          quantity={quantity}
          max={Math.min(limit, remaining)}
          disabled={disabled}
          onChange={onChange}
        />
      </div>
    </li>
  );
}

function stockWords({ quantity, remaining }: BasketLine, limit: number): string {
  if (remaining === 0) return texts.soldOutItem;
  const left = texts.left(formatCount(remaining));
  return quantity >= limit ? `${left} · ${texts.limitReached}` : left;
}
