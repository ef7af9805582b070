import { Button } from '../../../shared/button.tsx';
import { Field, TextField } from '../../../shared/field.tsx';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import type { ItemForm } from './sale-form-state.ts';
import type { SaleFormControl } from './use-sale-form.ts';

interface ItemFieldsProps {
  readonly control: SaleFormControl;
  readonly item: ItemForm;
  readonly index: number;
  readonly onChange: (item: ItemForm) => void;
  /** Null: it is the last one. */
  readonly onRemove: (() => void) | null;
}

/** One item of the sale. */
export function ItemFields({ control, item, index, onChange, onRemove }: ItemFieldsProps) {
  const field = (part: Exclude<keyof ItemForm, 'key'>, wireName: string, label: string) => ({
    name: `items.${index}.${wireName}`,
    label,
    value: item[part],
    error: control.errorOf(`items.${index}.${wireName}`),
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      onChange({ ...item, [part]: target.value }),
  });
  const hasMore = item.description !== '' || item.imageUrl !== '' || item.safetyBuffer !== '';
  return (
    <fieldset className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4 rounded-control border border-line p-4">
      <legend className="px-1 text-sm font-medium text-muted">{texts.item(index + 1)}</legend>
      <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Field {...field('name', 'name', texts.itemName)} />
        <Field {...field('skuId', 'sku_id', texts.skuId)} spellCheck={false} autoComplete="off" />
      </div>
      <div className="grid grid-cols-2 items-start gap-4 sm:grid-cols-3">
        <Field {...field('flashPrice', 'flash_price_minor', texts.flashPrice)} inputMode="decimal" />
        <Field {...field('originalPrice', 'original_price_minor', texts.originalPrice)} inputMode="decimal" />
        <Field {...field('totalStock', 'total_stock', texts.totalStock)} inputMode="numeric" />
      </div>
      <div className="relative">
        <details open={hasMore}>
          <summary className="flex min-h-11 cursor-pointer items-center gap-2 pr-24 text-sm before:content-['+'] in-open:before:content-['–'] font-medium text-muted hover:text-ink">
            {texts.more}
          </summary>
          <div className="grid gap-4 pt-2">
            <TextField {...field('description', 'description', texts.description)} rows={2} />
            <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
              <Field {...field('imageUrl', 'image_url', texts.imageUrl)} inputMode="url" />
              <Field {...field('safetyBuffer', 'safety_buffer', texts.safetyBuffer)} inputMode="numeric" />
            </div>
          </div>
        </details>
        {onRemove && (
          <Button
            look="quiet"
            className="absolute top-0 -right-2"
            aria-label={`${texts.removeItem} ${texts.item(index + 1)}`}
            onClick={onRemove}
          >
            {texts.removeItem}
          </Button>
        )}
      </div>
    </fieldset>
  );
}
