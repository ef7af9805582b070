import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { Badge } from '../../../shared/badge.tsx';
import { Card } from '../../../shared/card.tsx';
import { Money } from '../../../shared/money.tsx';
import { Time } from '../../../shared/time.tsx';
import { numberText } from '../../parts/number-text.ts';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';

type Item = Partial<SaleDraft['items'][number]>;

/** What a buyer will be shown of what has been typed so far. */
export function SalePreview({ draft }: { readonly draft: Partial<SaleDraft> }) {
  const { name, starts_at: start, reveal_at: reveal, items = [], waiting_room: room } = draft;
  const limit = readable(draft.purchase_limit);
  const currency = /^[A-Z]{3}$/.test(draft.currency ?? '') ? (draft.currency ?? '') : 'EUR';
  const isLive = start !== undefined && Date.parse(start) <= Date.now();
  return (
    <section aria-label={texts.preview} className="grid gap-3">
      <h2 className="text-sm font-medium text-muted">{texts.preview}</h2>
      <Card className="grid gap-4 p-5">
        <div className="grid gap-1">
          <p className="text-lg font-semibold text-balance">{name || texts.unnamed}</p>
          <p className="text-sm text-muted">
            {isLive || !start ? (
              texts.live
            ) : (
              <>
                {texts.startsIn} <Time at={start} />
              </>
            )}
          </p>
          {room?.opens_at && (
            <p className="text-sm text-muted">
              {texts.queueOpens} <Time at={room.opens_at} />
            </p>
          )}
        </div>
        {reveal && (
          <p className="rounded-control bg-sunken px-4 py-3 text-sm text-muted">
            {texts.hidden} <Time at={reveal} />
          </p>
        )}
        <ul className="divide-y divide-line border-t border-line">
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item that is being typed has no other name yet.
            <PreviewItem key={index} item={item} currency={currency} />
          ))}
        </ul>
        {limit !== undefined && <p className="text-xs text-muted">{texts.limit(numberText(limit))}</p>}
      </Card>
    </section>
  );
}

function PreviewItem({ item, currency }: { readonly item: Item; readonly currency: string }) {
  const { name } = item;
  const [flash, original] = [readable(item.flash_price_minor), readable(item.original_price_minor)];
  const units = readable((item.total_stock ?? Number.NaN) - (item.safety_buffer ?? 0));
  const percent = flash !== undefined && original ? Math.round((1 - flash / original) * 100) : 0;
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-3">
      <span className="min-w-0 font-medium break-words">{name || texts.unnamedItem}</span>
      <span className="flex items-baseline gap-2">
        {percent > 0 && <Badge tone="accent">{texts.off(percent)}</Badge>}
        {original !== undefined && percent > 0 && (
          <s className="text-sm text-muted">
            <Money minor={original} currency={currency} />
          </s>
        )}
        {flash !== undefined && <Money minor={flash} currency={currency} className="font-semibold" />}
      </span>
      {units !== undefined && (
        <span className="w-full text-xs text-muted">{texts.units(numberText(Math.max(0, units)))}</span>
      )}
    </li>
  );
}

/** A number of the form, unless what was typed is none. */
function readable(number: number | undefined): number | undefined {
  return Number.isNaN(number) ? undefined : number;
}
