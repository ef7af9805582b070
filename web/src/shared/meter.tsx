import { joinClasses } from './join-classes.ts';

interface MeterProps {
  /** From 0 to 1. */
  readonly share: number;
  readonly className?: string;
}

/** A share as a bar, beside the words that say it: hidden from assistive technology. Drawn, so that it needs no style. */
export function Meter({ share, className }: MeterProps) {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000);
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 1000 10"
      preserveAspectRatio="none"
      className={joinClasses('h-1.5 w-full rounded-full bg-line', className ?? 'text-accent')}
    >
      <rect width={width} height="10" rx="5" fill="currentColor" />
    </svg>
  );
}
