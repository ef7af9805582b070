import type { ComponentProps } from 'react';
import { joinClasses } from './join-classes.ts';
import { Spinner } from './spinner.tsx';

type Look = 'primary' | 'secondary' | 'quiet' | 'critical';
type Size = 'medium' | 'large';

const SHAPE =
  'inline-flex select-none items-center justify-center gap-2 rounded-control font-semibold whitespace-nowrap transition-colors disabled:cursor-not-allowed';

const SIZES: Readonly<Record<Size, string>> = {
  medium: 'min-h-11 px-4 text-sm',
  large: 'min-h-13 px-6 text-base',
};

/** Why it cannot be pressed is often what it says: that is to be read. A busy one keeps its colour. */
const FILLED_OFF = 'disabled:not-aria-busy:bg-line disabled:not-aria-busy:text-muted';

const LOOKS: Readonly<Record<Look, string>> = {
  primary: `bg-accent text-accent-ink not-disabled:hover:bg-accent-strong ${FILLED_OFF}`,
  secondary: 'border border-line bg-surface text-ink not-disabled:hover:border-line-strong disabled:opacity-55',
  quiet: 'text-muted not-disabled:hover:bg-sunken not-disabled:hover:text-ink disabled:opacity-55',
  critical: `bg-critical text-critical-ink not-disabled:hover:opacity-90 ${FILLED_OFF}`,
};

interface Appearance {
  readonly look?: Look;
  readonly size?: Size;
}

/** The classes of a button, for links that look like one. */
export function buttonClasses({ look = 'primary', size = 'medium' }: Appearance = {}): string {
  return joinClasses(SHAPE, SIZES[size], LOOKS[look]);
}

interface ButtonProps extends ComponentProps<'button'>, Appearance {
  /** Something is under way: shows it, and takes no further click. */
  readonly busy?: boolean;
}

export function Button({ look, size, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={joinClasses(buttonClasses({ ...(look && { look }), ...(size && { size }) }), className)}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
