import { sharedTexts } from './texts.ts';

interface CountdownProps {
  readonly untilMs: number;
  /** By the clock that decides. Null: not known yet. */
  readonly nowMs: number | null;
}

const DAY_S = 86_400;

/** Days, hours, minutes and seconds that are left, in large figures. Read out only when it is asked for. */
export function Countdown({ untilMs, nowMs }: CountdownProps) {
  const parts = partsOf(nowMs === null ? null : Math.max(0, Math.ceil((untilMs - nowMs) / 1000)));
  return (
    <div role="timer" className="grid auto-cols-fr grid-flow-col gap-2 sm:gap-3">
      {parts.map(([[one, many], value, shown]) => (
        <div key={many} className="grid justify-items-center gap-0.5 rounded-control bg-sunken px-2 py-2.5">
          <span className="text-3xl leading-none font-semibold tracking-tight tabular-nums sm:text-4xl">{shown}</span>
          <span className="text-xs text-muted">{value === 1 ? one : many}</span>
        </div>
      ))}
    </div>
  );
}

type Part = readonly [units: readonly [one: string, many: string], value: number, shown: string];

/** The days only where there are some. */
function partsOf(seconds: number | null): Part[] {
  const left = seconds ?? 0;
  const two = (units: Part[0], value: number): Part => [
    units,
    value,
    seconds === null ? '––' : String(value).padStart(2, '0'),
  ];
  const rest = [
    two(sharedTexts.hours, Math.floor(left / 3600) % 24),
    two(sharedTexts.minutes, Math.floor(left / 60) % 60),
    two(sharedTexts.seconds, left % 60),
  ];
  const days = Math.floor(left / DAY_S);
  return days === 0 ? rest : [[sharedTexts.days, days, String(days)], ...rest];
}

/** The same in a few characters: `2 d 4 h`, `4 h 05 min`, `3:09`. */
export function shortCountdown(untilMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / DAY_S),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, '0')} min`;
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}
