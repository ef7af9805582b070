import { Field, SelectField } from '../../../shared/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import { CheckBox } from './check-box.tsx';
import { type RoomForm, roomBefore } from './sale-form-state.ts';
import type { SaleFormControl } from './use-sale-form.ts';
import { zoneHint } from './zone-hint.ts';

/** Whether buyers queue, and how they are let in. */
export function RoomFields({ control }: { readonly control: SaleFormControl }) {
  const { form, change } = control;
  return (
    <Panel title={texts.room}>
      <CheckBox
        label={texts.roomOn}
        hint={texts.roomOnHint}
        checked={form.room !== null}
        onChange={(on) => change({ room: on ? roomBefore(form.startsAt) : null })}
      />
      {form.room && <RoomRules control={control} room={form.room} />}
    </Panel>
  );
}

function RoomRules({
  control: { change, errorOf },
  room,
}: {
  readonly control: SaleFormControl;
  readonly room: RoomForm;
}) {
  const field = (part: keyof RoomForm, wireName: string, label: string) => ({
    name: `waiting_room.${wireName}`,
    label,
    value: room[part],
    error: errorOf(`waiting_room.${wireName}`),
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      change({ room: { ...room, [part]: target.value } }),
  });
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field {...field('opensAt', 'opens_at', texts.opensAt)} type="datetime-local" hint={zoneHint(room.opensAt)} />
        <SelectField {...field('order', 'order', texts.order)}>
          <option value="fifo">{texts.fifo}</option>
          <option value="draw">{texts.draw}</option>
        </SelectField>
      </div>
      <div className="grid items-start gap-4 sm:grid-cols-3">
        <Field {...field('rate', 'rate_per_second', texts.rate)} inputMode="numeric" />
        <Field {...field('cap', 'max_active', texts.cap)} inputMode="numeric" />
        <Field {...field('admissionSeconds', 'admission_seconds', texts.admissionSeconds)} inputMode="numeric" />
      </div>
    </>
  );
}
