import { useEffect, useRef } from 'react';
import { generatePath, Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { QuantityStepper } from '../buyer/quantity-stepper.tsx';
import type { BasketInHand } from '../buyer/use-basket.ts';
import { texts } from '../texts.ts';
import { isOver, wayIn } from './way-in.ts';

interface ItemActionProps {
  readonly item: SaleDetails['items'][number];
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
  readonly hand: BasketInHand;
}

/** How a product is bought: where there are several into the basket, else straight to the way in. */
export function ItemAction(props: ItemActionProps) {
  const { item, details, status } = props;
  if (isOver(status)) return null;
  const remaining = status?.items.find(({ sku_id }) => sku_id === item.sku_id)?.remaining;
  if (remaining === 0) return <Button disabled>{texts.soldOut}</Button>;
  const max = Math.min(details.purchase_limit, remaining ?? 0);
  return details.items.length > 1 ? <Choose {...props} max={max} /> : <BuyNow {...props} />;
}

/** Before the start too: whoever has chosen has only to reserve. */
function Choose({ item, hand, max }: ItemActionProps & { readonly max: number }) {
  const quantity = hand.basket[item.sku_id] ?? 0;
  const { place, noteClick } = useFocusOnChange(quantity > 0);
  const choose = (chosen: number) => {
    noteClick();
    hand.setQuantity(item.sku_id, chosen);
  };
  return (
    <div ref={place} className="grid">
      {quantity === 0 ? (
        <Button aria-label={texts.addNamed(item.name)} disabled={max === 0} onClick={() => choose(1)}>
          {texts.addToBasket}
        </Button>
      ) : (
        <div className="flex items-center justify-between gap-3">
          <span className="text-sm text-muted">{quantity >= max ? texts.noMoreOfIt : texts.inYourBasket}</span>
          <QuantityStepper name={item.name} quantity={Math.min(quantity, max)} max={max} onChange={choose} />
        </div>
      )}
    </div>
  );
}

/** A button that was pressed and is replaced hands the focus to what stands in its place. */
function useFocusOnChange(isChosen: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const clicked = useRef(false);
  const shown = useRef(isChosen);
  useEffect(() => {
    if (clicked.current && shown.current !== isChosen)
      Array.from(place.current?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])
        .at(-1)
        ?.focus();
    clicked.current = false;
    shown.current = isChosen;
  });
  return {
    place,
    noteClick: () => {
      clicked.current = true;
    },
  };
}

function BuyNow({ item, details, status, hand }: ItemActionProps) {
  const way = wayIn(details, status);
  if (!way) return details.waiting_room ? null : <Button disabled>{texts.chooseItem}</Button>;
  return (
    <Link
      to={generatePath(way.path, { saleId: details.sale_id })}
      reloadDocument={way.isOtherEntry}
      onClick={() => hand.setQuantity(item.sku_id, Math.max(1, hand.basket[item.sku_id] ?? 0))}
      className={buttonClasses()}
    >
      {texts.chooseItem}
    </Link>
  );
}
