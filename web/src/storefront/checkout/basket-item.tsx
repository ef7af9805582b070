import { Money } from '../../shared/money.tsx';
import type { BasketLine } from '../buyer/basket.ts';
import { ProductPicture } from '../products/product-picture.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';
import { formatCount } from '../texts/waiting-texts.ts';

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
      <div className="col-span-2 flex items-center justify-end gap-1 sm:col-span-1">
        <StepButton
          label={texts.fewer(item.name)}
          sign="−"
          disabled={disabled || quantity === 0}
          onClick={() => onChange(quantity - 1)}
        />
        <output aria-label={texts.inBasket(item.name)} className="w-9 text-center text-lg font-semibold tabular-nums">
          {quantity}
        </output>
        <StepButton
          label={texts.more(item.name)}
          sign="+"
          disabled={disabled || quantity >= Math.min(limit, remaining)}
          onClick={() => onChange(quantity + 1)}
        />
      </div>
    </li>
  );
}

interface StepButtonProps {
  readonly label: string;
  readonly sign: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function StepButton({ label, sign, disabled, onClick }: StepButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-11 place-items-center rounded-control border border-line-strong text-xl leading-none transition-colors not-disabled:hover:bg-sunken disabled:cursor-not-allowed disabled:opacity-40"
    >
      {sign}
    </button>
  );
}

function stockWords({ quantity, remaining }: BasketLine, limit: number): string {
  if (remaining === 0) return texts.soldOutItem;
  const left = texts.left(formatCount(remaining));
  return quantity >= limit ? `${left} · ${texts.limitReached}` : left;
}
