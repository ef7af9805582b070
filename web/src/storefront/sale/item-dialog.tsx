import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { formatMoney } from '../../shared/money.tsx';
import { sharedTexts } from '../../shared/texts.ts';
import type { BasketInHand } from '../buyer/use-basket.ts';
import { PriceLine } from '../products/price-line.tsx';
import { ProductPicture } from '../products/product-picture.tsx';
import { StockLine } from '../products/stock-line.tsx';
import { texts } from '../texts.ts';
import { ItemAction } from './item-action.tsx';

interface ItemDialogProps {
  readonly item: SaleDetails['items'][number];
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
  readonly hand: BasketInHand;
  readonly onClose: () => void;
}

/** A product in full. */
export function ItemDialog({ item, details, status, hand, onClose }: ItemDialogProps) {
  const stock = status?.items.find((one) => one.sku_id === item.sku_id) ?? null;
  const savedMinor = item.original_price_minor - item.flash_price_minor;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={item.name}
      description={savedMinor > 0 ? texts.savings(formatMoney(savedMinor, details.currency)) : texts.flashPrice}
      actions={
        <>
          <Button look="secondary" onClick={onClose}>
            {sharedTexts.close}
          </Button>
          <ItemAction item={item} details={details} status={status} hand={hand} />
        </>
      }
    >
      <div className="overflow-hidden rounded-control">
        <ProductPicture skuId={item.sku_id} name={item.name} imageUrl={item.image_url} first />
      </div>
      {item.description && <p className="whitespace-pre-line">{item.description}</p>}
      <PriceLine
        priceMinor={item.flash_price_minor}
        listPriceMinor={item.original_price_minor}
        currency={details.currency}
        size="large"
      />
      <StockLine stock={stock} />
      <p className="text-sm text-muted">{texts.perBuyer(details.purchase_limit)}</p>
    </Dialog>
  );
}
