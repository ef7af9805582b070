import { Field } from './field.tsx';

interface SearchFieldProps {
  /** What is searched. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Narrows what is shown while somebody types. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <Field
      type="search"
      label={label}
      labelHidden
      placeholder={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
