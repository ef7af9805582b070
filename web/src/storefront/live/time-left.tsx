interface TimeLeftProps {
  readonly untilMs: number;
  readonly nowMs: number;
  readonly className?: string;
}

/** Time that runs out, to the second. Read out only when it is asked for. */
export function TimeLeft({ untilMs, nowMs, className = '' }: TimeLeftProps) {
  const seconds = Math.max(0, Math.floor((untilMs - nowMs) / 1000));
  return (
    <span role="timer" className={`tabular-nums ${className}`}>
      {formatSeconds(seconds)}
    </span>
  );
}

/** `4:05`, and from an hour on `1:04:05`. */
function formatSeconds(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
