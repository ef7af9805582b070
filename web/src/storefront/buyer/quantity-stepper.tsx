import { texts } from '../texts.ts';

interface StepperProps {
  readonly name: string;
  readonly quantity: number;
  /** The most that can be chosen now: the limit of a buyer, or what is left. */
  readonly max: number;
  readonly disabled?: boolean;
  readonly onChange: (quantity: number) => void;
}

/** One less, how many, one more. */
export function QuantityStepper({ name, quantity, max, disabled = false, onChange }: StepperProps) {
  return (
    <div className="flex items-center gap-1">
      <StepButton
        label={texts.fewer(name)}
        sign="−"
        disabled={disabled || quantity === 0}
        onClick={() => onChange(quantity - 1)}
      />
      <output aria-label={texts.inBasket(name)} className="w-9 text-center text-lg font-semibold tabular-nums">
        {quantity}
      </output>
      <StepButton
        label={texts.more(name)}
        sign="+"
        disabled={disabled || quantity >= max}
        onClick={() => onChange(quantity + 1)}
      />
    </div>
  );
}

interface StepButtonProps {
  readonly label: string;
  readonly sign: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function StepButton({ label, sign, disabled, onClick }: StepButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      disabled={disabled}
      onClick={onClick}
      className="grid size-11 place-items-center rounded-control border border-line-strong text-xl leading-none transition-colors not-disabled:hover:bg-sunken disabled:cursor-not-allowed disabled:opacity-40"
    >
      {sign}
    </button>
  );
}
