import type { FormEvent } from 'react';
import { Button } from '../../shared/button.tsx';
import { Field, SelectField } from '../../shared/field.tsx';
import { actionTexts, auditLogTexts as texts } from '../texts/audit-log-texts.ts';
import { partTexts } from '../texts/part-texts.ts';

export const AUDIT_FILTERS = ['actor', 'action', 'subject', 'from', 'until'] as const;

type Name = (typeof AUDIT_FILTERS)[number];

export type AuditFilterValues = Readonly<Record<Name, string | null>>;

interface AuditFiltersProps {
  readonly values: AuditFilterValues;
  readonly onChange: (name: Name, value: string | null) => void;
  /** Null: there is nothing to clear. */
  readonly onClear: (() => void) | null;
}

/** By what and which; and, for those who look further, by whom and when. */
export function AuditFilters({ values, onChange, onClear }: AuditFiltersProps) {
  const isNarrowed = values.actor !== null || values.from !== null || values.until !== null;
  return (
    <search className="mb-6 grid gap-3">
      <div className="grid gap-4 md:grid-cols-[18rem_1fr]">
        <SelectField
          label={texts.what}
          value={values.action ?? ''}
          onChange={(event) => onChange('action', event.target.value)}
        >
          <option value="">{texts.anything}</option>
          {Object.entries(actionTexts).map(([action, text]) => (
            <option key={action} value={action}>
              {text}
            </option>
          ))}
        </SelectField>
        <SubjectSearch value={values.subject} onSearch={(subject) => onChange('subject', subject)} />
      </div>
      <div className="flex flex-wrap items-start gap-x-3">
        <details open={isNarrowed} className="group min-w-0 flex-1">
          <summary className="inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-control text-sm font-medium text-muted hover:text-ink">
            <Chevron />
            {texts.moreFilters}
          </summary>
          <WhoAndWhen values={values} onChange={onChange} />
        </details>
        {onClear && (
          <Button look="quiet" onClick={onClear}>
            {texts.clear}
          </Button>
        )}
      </div>
    </search>
  );
}

interface SubjectSearchProps {
  readonly value: string | null;
  readonly onSearch: (subject: string | null) => void;
}

function SubjectSearch({ value, onSearch }: SubjectSearchProps) {
  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSearch(String(new FormData(event.currentTarget).get('subject') ?? '').trim() || null);
  };
  return (
    <form key={value} onSubmit={search} className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <Field
          name="subject"
          label={texts.which}
          placeholder={texts.whichPlaceholder}
          defaultValue={value ?? ''}
          maxLength={200}
          pattern="\s*[!-~]*\s*"
        />
      </div>
      <Button type="submit" look="secondary">
        {partTexts.search}
      </Button>
    </form>
  );
}

function WhoAndWhen({ values, onChange }: Omit<AuditFiltersProps, 'onClear'>) {
  return (
    <div className="grid gap-4 pt-1 sm:grid-cols-3">
      <SelectField
        label={texts.who}
        value={values.actor ?? ''}
        onChange={(event) => onChange('actor', event.target.value)}
      >
        <option value="">{texts.anybody}</option>
        <option value="operator">{texts.operator}</option>
        <option value="viewer">{texts.viewer}</option>
      </SelectField>
      <Moment name="from" label={texts.from} values={values} onChange={onChange} />
      <Moment name="until" label={texts.until} values={values} onChange={onChange} />
    </div>
  );
}

interface MomentProps extends Omit<AuditFiltersProps, 'onClear'> {
  readonly name: 'from' | 'until';
  readonly label: string;
}

function Moment({ name, label, values, onChange }: MomentProps) {
  return (
    <Field
      type="datetime-local"
      label={label}
      value={values[name] ?? ''}
      onChange={(event) => onChange(name, event.target.value)}
    />
  );
}

function Chevron() {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      className="size-4 fill-none stroke-current transition-transform group-open:rotate-90"
      strokeWidth="2.2"
    >
      <path d="M9 6l6 6-6 6" />
    </svg>
  );
}
