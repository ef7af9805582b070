import { type FormEvent, useRef } from 'react';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { Button } from '../../../shared/button.tsx';
import { Field } from '../../../shared/field.tsx';
import { Notice } from '../../../shared/notice.tsx';
import { Panel } from '../../parts/panel.tsx';
import { problemText } from '../../parts/problem-text.ts';
import { ActionButton } from '../../session/action-button.tsx';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import { ItemFields } from './item-fields.tsx';
import { RoomFields } from './room-fields.tsx';
import { RuleFields } from './rule-fields.tsx';
import { emptyItem, type SaleForm as SaleFormState } from './sale-form-state.ts';
import { SalePreview } from './sale-preview.tsx';
import { type SaleFormControl, useSaleForm } from './use-sale-form.ts';
import { zoneHint } from './zone-hint.ts';

interface SaleFormProps {
  readonly initial: () => SaleFormState;
  readonly submitText: string;
  /** Rejects with what the server objects to. */
  readonly onSubmit: (draft: SaleDraft) => Promise<unknown>;
  readonly onDiscard: () => void;
  readonly busy: boolean;
  readonly error: unknown;
}

/** Everything that makes a sale, with what buyers will see beside it. */
export function SaleForm({ initial, submitText, onSubmit, onDiscard, busy, error }: SaleFormProps) {
  const control = useSaleForm(initial);
  const form = useRef<HTMLFormElement>(null);
  const showFirstError = () => requestAnimationFrame(() => firstError(form.current)?.focus());
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const draft = control.complete();
    if (!draft) return void showFirstError();
    await onSubmit(draft).catch((refusal: unknown) => {
      control.refused(refusal);
      showFirstError();
    });
  };
  return (
    <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <form
        ref={form}
        noValidate
        onSubmit={(event) => void submit(event)}
        onBlur={control.leave}
        className="grid grid-cols-[minmax(0,1fr)] gap-4"
      >
        <AboutFields control={control} />
        <ItemsFields control={control} />
        <RoomFields control={control} />
        <RuleFields control={control} />
        {(control.wrong > 0 || error !== null) && (
          <Notice tone="critical" live>
            {control.wrong > 0 ? texts.fixFirst(control.wrong) : problemText(error)}
          </Notice>
        )}
        <div className="flex flex-wrap gap-3">
          <ActionButton type="submit" busy={busy}>
            {submitText}
          </ActionButton>
          <Button look="quiet" onClick={onDiscard}>
            {texts.discard}
          </Button>
        </div>
      </form>
      <div className="xl:sticky xl:top-8">
        <SalePreview draft={control.draft} />
      </div>
    </div>
  );
}

type AboutField = 'name' | 'startsAt' | 'endsAt' | 'revealAt' | 'currency' | 'purchaseLimit' | 'reservationSeconds';

function AboutFields({ control: { form, change, errorOf } }: { readonly control: SaleFormControl }) {
  const field = (part: AboutField, wireName: string, label: string) => ({
    name: wireName,
    label,
    value: form[part],
    error: errorOf(wireName),
    onChange: ({ target }: { readonly target: { readonly value: string } }) => change({ [part]: target.value }),
  });
  return (
    <Panel title={texts.about}>
      <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <Field {...field('name', 'name', texts.name)} hint={texts.nameHint} />
        <Field {...field('currency', 'currency', texts.currency)} maxLength={3} className="uppercase" />
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field
          {...field('startsAt', 'starts_at', texts.startsAt)}
          type="datetime-local"
          hint={zoneHint(form.startsAt)}
        />
        <Field {...field('endsAt', 'ends_at', texts.endsAt)} type="datetime-local" hint={zoneHint(form.endsAt)} />
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)]">
        <Field
          {...field('revealAt', 'reveal_at', texts.revealAt)}
          type="datetime-local"
          hint={form.revealAt === '' ? texts.revealHint : zoneHint(form.revealAt)}
        />
        <Field
          {...field('purchaseLimit', 'purchase_limit', texts.purchaseLimit)}
          inputMode="numeric"
          hint={texts.purchaseLimitHint}
        />
        <Field
          {...field('reservationSeconds', 'reservation_seconds', texts.reservationSeconds)}
          inputMode="numeric"
          hint={texts.reservationHint}
        />
      </div>
    </Panel>
  );
}

function ItemsFields({ control }: { readonly control: SaleFormControl }) {
  const { items } = control.form;
  const nextKey = Math.max(...items.map(({ key }) => key)) + 1;
  return (
    <Panel title={texts.items}>
      {items.map((item, index) => (
        <ItemFields
          key={item.key}
          control={control}
          item={item}
          index={index}
          onChange={(changed) => control.change({ items: items.with(index, changed) })}
          onRemove={items.length > 1 ? () => control.change({ items: items.toSpliced(index, 1) }) : null}
        />
      ))}
      <Button
        look="secondary"
        className="justify-self-start"
        onClick={() => control.change({ items: [...items, emptyItem(nextKey)] })}
      >
        {texts.addItem}
      </Button>
    </Panel>
  );
}

function firstError(form: HTMLFormElement | null): HTMLElement | null {
  return form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? null;
}
