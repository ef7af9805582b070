import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { Dialog } from '../../shared/dialog.tsx';
import { Field } from '../../shared/field.tsx';
import { problemText } from '../parts/problem-text.ts';
import { useToast } from '../parts/toasts.tsx';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { partTexts } from '../texts/part-texts.ts';
import { useSaleAction } from './use-sale-action.ts';

interface RestockDialogProps {
  readonly saleId: string;
  readonly item: { readonly sku_id: string; readonly name: string };
  readonly onClose: () => void;
}

/** Adds units. Pressing twice adds them once: the key is the dialog's. */
export function RestockDialog({ saleId, item, onClose }: RestockDialogProps) {
  const formId = useId();
  const [key] = useState(() => crypto.getRandomValues(new Uint32Array(4)).join('-'));
  const announce = useToast();
  const restocking = useSaleAction((api, quantity: number) =>
    api.restockSale({ sale_id: saleId, sku_id: item.sku_id, quantity }, { idempotencyKey: key }),
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const quantity = Number(new FormData(event.currentTarget).get('quantity'));
    restocking.mutate(quantity, {
      onSuccess: () => {
        announce({ title: texts.restocked(quantity, item.name), tone: 'positive' });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={texts.restockItem(item.name)}
      description={texts.restockDetail}
      actions={
        <>
          <Button look="secondary" onClick={onClose}>
            {partTexts.cancel}
          </Button>
          <Button type="submit" form={formId} busy={restocking.isPending}>
            {texts.restock}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit}>
        <Field
          name="quantity"
          type="number"
          label={texts.unitsToAdd}
          min={1}
          max={10_000_000}
          defaultValue={10}
          required
          error={restocking.error && problemText(restocking.error)}
        />
      </form>
    </Dialog>
  );
}
