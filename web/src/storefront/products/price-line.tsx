import { Money } from '../../shared/money.tsx';
import { percentOff } from '../../shared/numbers.ts';
import { texts } from '../texts.ts';

interface PriceLineProps {
  readonly priceMinor: number;
  readonly listPriceMinor: number;
  readonly currency: string;
  readonly size?: 'medium' | 'large';
}

/** What it costs now, what it costs otherwise, and by how much that is less. */
export function PriceLine({ priceMinor, listPriceMinor, currency, size = 'medium' }: PriceLineProps) {
  const percent = percentOff(priceMinor, listPriceMinor);
  return (
    <p className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
      <span className="sr-only">{texts.flashPrice}</span>
      <Money
        minor={priceMinor}
        currency={currency}
        className={size === 'large' ? 'text-3xl font-semibold tracking-tight' : 'text-xl font-semibold tracking-tight'}
      />
      {percent > 0 && (
        <>
          <span className="sr-only">{texts.listPrice}</span>
          <s className="text-sm text-muted">
            <Money minor={listPriceMinor} currency={currency} />
          </s>
          <span className="rounded-md bg-accent-soft px-1.5 py-0.5 text-xs font-semibold text-accent-strong">
            {texts.percentOff(percent)}
          </span>
        </>
      )}
    </p>
  );
}
