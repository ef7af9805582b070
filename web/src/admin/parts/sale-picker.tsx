import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { SelectField } from '../../shared/field.tsx';
import { formatTime } from '../../shared/time.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';

interface SalePickerProps {
  readonly sales: readonly AdminSale[];
  /** Null: all of them, if `all` says how to call that. */
  readonly value: string | null;
  readonly onChange: (saleId: string | null) => void;
  readonly all?: string;
}

/** One sale out of those there are, the newest first. */
export function SalePicker({ sales, value, onChange, all }: SalePickerProps) {
  return (
    <SelectField
      label={texts.sale}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.value)}
    >
      {all !== undefined && <option value="">{all}</option>}
      {sales.map(({ sale_id: saleId, name, starts_at: startsAt }) => (
        <option key={saleId} value={saleId}>
          {name} · {formatTime(startsAt, 'day', { weekday: undefined })}
        </option>
      ))}
    </SelectField>
  );
}

/** The one that somebody who comes from nowhere most likely means: the newest that has begun. */
export function likelySale(sales: readonly AdminSale[]): AdminSale | null {
  return (
    sales.find(({ state }) => state === 'active' || state === 'paused') ??
    sales.find(({ state }) => state === 'ended') ??
    sales[0] ??
    null
  );
}
