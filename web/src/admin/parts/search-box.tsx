import type { FormEvent } from 'react';
import { Button } from '../../shared/button.tsx';
import { Field } from '../../shared/field.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';

interface SearchBoxProps {
  readonly label: string;
  readonly placeholder: string;
  /** What is searched for now; null: nothing. */
  readonly value: string | null;
  readonly onSearch: (text: string | null) => void;
}

/** Searches when it is sent: each search reads the ledger. */
export function SearchBox({ label, placeholder, value, onSearch }: SearchBoxProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('query') ?? '').trim();
    onSearch(text === '' ? null : text);
  };
  return (
    <search>
      <form key={value} onSubmit={submit} className="flex gap-2">
        <div className="min-w-0 flex-1">
          <Field
            name="query"
            type="search"
            label={label}
            labelHidden
            placeholder={placeholder}
            defaultValue={value ?? ''}
            maxLength={100}
          />
        </div>
        <Button type="submit" look="secondary">
          {texts.search}
        </Button>
        {value !== null && (
          <Button look="quiet" onClick={() => onSearch(null)}>
            {texts.clearSearch}
          </Button>
        )}
      </form>
    </search>
  );
}
