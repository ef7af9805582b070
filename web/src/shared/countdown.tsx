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
      {parts.map(([label, value]) => (
        <div key={label} className="grid justify-items-center gap-0.5 rounded-control bg-sunken px-2 py-2.5">
          <span className="text-3xl leading-none font-semibold tracking-tight tabular-nums sm:text-4xl">{value}</span>
          <span className="text-xs text-muted">{label}</span>
        </div>
      ))}
    </div>
  );
}

type Part = readonly [label: string, value: string];

/** The days only where there are some. */
function partsOf(seconds: number | null): Part[] {
  const two = (value: number) => (seconds === null ? '––' : String(value).padStart(2, '0'));
  const left = seconds ?? 0;
  const rest: Part[] = [
    [sharedTexts.hours, two(Math.floor(left / 3600) % 24)],
    [sharedTexts.minutes, two(Math.floor(left / 60) % 60)],
    [sharedTexts.seconds, two(left % 60)],
  ];
  return left < DAY_S ? rest : [[sharedTexts.days, String(Math.floor(left / DAY_S))], ...rest];
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
