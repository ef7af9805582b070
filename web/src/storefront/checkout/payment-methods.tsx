import { checkoutTexts as texts } from '../texts/checkout-texts.ts';

interface PaymentMethodsProps {
  readonly value: string;
  readonly onChange: (method: string) => void;
}

/** The methods of the simulated provider, each with what becomes of it. */
export function PaymentMethods({ value, onChange }: PaymentMethodsProps) {
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-lg font-semibold">{texts.payment}</legend>
      <p className="text-sm text-muted">{texts.testMethods}</p>
      <div className="grid gap-2 sm:grid-cols-2">
        {texts.methods.map(([method, name, detail]) => (
          <label
            key={method}
            className="flex min-h-14 cursor-pointer items-center gap-3 rounded-control border border-line-strong bg-surface px-4 py-2.5 transition-colors has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="payment_method"
              value={method}
              checked={value === method}
              onChange={() => onChange(method)}
              className="size-4 accent-accent outline-none"
            />
            <span className="grid">
              <span className="font-medium">{name}</span>
              <span className="text-sm text-muted">{detail}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
