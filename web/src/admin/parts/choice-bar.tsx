import { joinClasses } from '../../shared/join-classes.ts';
import { partTexts as texts } from '../texts/part-texts.ts';

interface ChoiceBarProps<Value extends string> {
  /** What is chosen, for screen readers. */
  readonly label: string;
  readonly choices: readonly (readonly [value: Value, label: string])[];
  /** Null: all of them. */
  readonly value: Value | null;
  readonly onChange: (value: Value | null) => void;
}

/** One of a few, or all: a row of buttons that scrolls where it does not fit. */
export function ChoiceBar<Value extends string>({ label, choices, value, onChange }: ChoiceBarProps<Value>) {
  const all: readonly (readonly [Value | null, string])[] = [[null, texts.all], ...choices];
  return (
    <fieldset className="-mx-4 flex min-w-0 gap-1 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-0">
      <legend className="sr-only">{label}</legend>
      {all.map(([choice, text]) => (
        <button
          key={text}
          type="button"
          aria-pressed={choice === value}
          onClick={() => onChange(choice)}
          className={joinClasses(
            'min-h-11 rounded-full px-4 text-sm font-medium whitespace-nowrap transition-colors',
            choice === value ? 'bg-accent-soft text-accent-strong' : 'text-muted hover:bg-sunken hover:text-ink',
          )}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
