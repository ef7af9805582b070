import { type ComponentProps, useId } from 'react';
import { joinClasses } from './join-classes.ts';

const CONTROL =
  'w-full min-w-0 rounded-control border bg-surface px-3.5 text-base text-ink placeholder:text-muted transition-colors disabled:opacity-55';

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with it; null or absent where nothing is. */
  readonly error?: string | null | undefined;
  /** For screen readers only, where the context says it to everybody else. */
  readonly labelHidden?: boolean;
}

/** A labelled line of input, with its hint and what is wrong with it. */
export function Field({ label, hint, error, labelHidden, className, ...input }: FieldProps & ComponentProps<'input'>) {
  const parts = useFieldParts({ hint, error });
  return (
    <FieldFrame {...parts} label={label} hint={hint} error={error} labelHidden={labelHidden}>
      <input {...parts.control} className={joinClasses(CONTROL, 'min-h-11', edgeOf(error), className)} {...input} />
    </FieldFrame>
  );
}

/** The same for text of several lines. */
export function TextField({
  label,
  hint,
  error,
  labelHidden,
  className,
  ...area
}: FieldProps & ComponentProps<'textarea'>) {
  const parts = useFieldParts({ hint, error });
  return (
    <FieldFrame {...parts} label={label} hint={hint} error={error} labelHidden={labelHidden}>
      <textarea
        {...parts.control}
        className={joinClasses(CONTROL, 'min-h-24 py-2.5', edgeOf(error), className)}
        {...area}
      />
    </FieldFrame>
  );
}

/** The same for a choice out of a few: the browser's own control, which works everywhere. */
export function SelectField({
  label,
  hint,
  error,
  labelHidden,
  className,
  ...select
}: FieldProps & ComponentProps<'select'>) {
  const parts = useFieldParts({ hint, error });
  return (
    <FieldFrame {...parts} label={label} hint={hint} error={error} labelHidden={labelHidden}>
      <select {...parts.control} className={joinClasses(CONTROL, 'min-h-11', edgeOf(error), className)} {...select} />
    </FieldFrame>
  );
}

type Described = { readonly hint: string | undefined; readonly error: string | null | undefined };

function useFieldParts({ hint, error }: Described) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return {
    id,
    control: { id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined },
  };
}

interface FrameProps extends Described {
  readonly id: string;
  readonly label: string;
  readonly labelHidden: boolean | undefined;
  readonly children: React.ReactNode;
}

function FieldFrame({ id, label, hint, error, labelHidden = false, children }: FrameProps) {
  return (
    <div className="grid min-w-0 gap-1.5">
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm font-medium text-critical">
          {error}
        </p>
      )}
    </div>
  );
}

function edgeOf(error: string | null | undefined): string {
  return error ? 'border-critical' : 'border-line-strong';
}
