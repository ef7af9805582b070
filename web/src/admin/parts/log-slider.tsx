import { Slider } from 'radix-ui';
import { useId } from 'react';
import { Field } from '../../shared/field.tsx';

interface LogSliderProps {
  readonly label: string;
  readonly hint: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly disabled: boolean;
}

const STEPS = 240;

/** For numbers of any size: each step is the same factor. The number can be typed beside it. */
export function LogSlider({ label, hint, unit, min, max, value, onChange, disabled }: LogSliderProps) {
  const id = useId();
  const factor = Math.log(max / min) / STEPS;
  const stepOf = (number: number) => Math.round(Math.log(Math.min(max, Math.max(min, number)) / min) / factor);
  const numberOf = (step: number) => Math.min(max, Math.max(min, rounded(min * Math.exp(step * factor))));
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-[minmax(0,1fr)_9rem] items-end gap-4">
        <div className="grid gap-0.5">
          <span id={id} className="text-sm font-medium">
            {label}
          </span>
          <span className="text-xs text-muted">{hint}</span>
        </div>
        <Field
          type="number"
          label={`${label}, ${unit}`}
          labelHidden
          min={min}
          max={max}
          value={value}
          disabled={disabled}
          className="text-right tabular-nums [appearance:textfield] [&::-webkit-inner-spin-button]:appearance-none"
          onChange={({ target }) => Number.isInteger(target.valueAsNumber) && onChange(target.valueAsNumber)}
        />
      </div>
      <Slider.Root
        min={0}
        max={STEPS}
        value={[stepOf(value)]}
        disabled={disabled}
        onValueChange={([step = 0]) => onChange(numberOf(step))}
        className="relative flex h-11 touch-none items-center select-none data-[disabled]:opacity-55"
      >
        <Slider.Track className="relative h-1.5 grow rounded-full bg-line">
          <Slider.Range className="absolute h-full rounded-full bg-accent" />
        </Slider.Track>
        <Slider.Thumb
          aria-labelledby={id}
          aria-valuetext={`${value} ${unit}`}
          className="block size-6 rounded-full border-2 border-accent bg-surface shadow-raised"
        />
      </Slider.Root>
    </div>
  );
}

/** To two digits that count: nobody means 4,873 a second. */
function rounded(value: number): number {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.round(value / magnitude) * magnitude;
}
