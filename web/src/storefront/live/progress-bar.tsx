interface ProgressBarProps {
  /** From 0 to 1. */
  readonly value: number;
  readonly label: string;
}

/** The browser's own control: it needs no inline style, and is read out as what it is. */
export function ProgressBar({ value, label }: ProgressBarProps) {
  return (
    <progress
      aria-label={label}
      max={1}
      value={value}
      className="h-2 w-full appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:rounded-full [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width]"
    />
  );
}
