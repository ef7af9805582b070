import { useEffect, useId, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { Card } from '../../shared/card.tsx';
import { LOCALE } from '../../shared/texts.ts';
import { numberText } from '../parts/number-text.ts';

/** Told apart by their place and their dashes too, not by colour alone. */
const LOOKS = {
  accent: { text: 'text-accent', dash: [] },
  caution: { text: 'text-caution', dash: [6, 4] },
  critical: { text: 'text-critical', dash: [2, 3] },
} as const;

type Look = keyof typeof LOOKS;

export interface ChartSeries {
  readonly label: string;
  readonly look: Look;
  readonly values: readonly (number | null)[];
}

interface LiveChartProps {
  readonly title: string;
  readonly unit: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
}

const HEIGHT_PX = 132;
const CLOCK = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });

/** Of one moment alone uPlot would draw a day. */
const LEAST_SPAN_S = 60;

/** What has become of a number in the last minutes, and what it is now. */
export function LiveChart({ title, unit, times, series }: LiveChartProps) {
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shape = series.map(({ look }) => look).join();
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const drawn = new uPlot(optionsFor(element, shape.split(',') as Look[]), [[]], element);
    plot.current = drawn;
    const resizing = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    resizing.observe(element);
    const stopWatching = onThemeChange(() => drawn.redraw());
    return () => {
      resizing.disconnect();
      stopWatching();
      drawn.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => {
    plot.current?.setData([[...times], ...series.map(({ values }) => [...values])]);
  }, [times, series]);
  return (
    <Card>
      <section aria-labelledby={id} className="grid h-full grid-rows-[1fr_auto] gap-3 p-5">
        <div className="grid content-start gap-1">
          <h3 id={id} className="text-sm font-medium text-muted">
            {title}
          </h3>
          <ul className="flex flex-wrap items-baseline gap-x-5">
            {series.map(({ label, look, values }) => (
              <li key={label} className="flex items-baseline gap-1.5">
                <span className="text-xl font-semibold tabular-nums">{numberText(values.at(-1) ?? null)}</span>
                <span className="text-xs text-muted">
                  <Line look={look} /> {label === '' ? unit : `${label} ${unit}`}
                </span>
              </li>
            ))}
          </ul>
        </div>
        <div ref={frame} aria-hidden="true" className="min-w-0 overflow-hidden" />
      </section>
    </Card>
  );
}

function Line({ look }: { readonly look: Look }) {
  const { text, dash } = LOOKS[look];
  return (
    <svg aria-hidden="true" viewBox="0 0 18 4" className={`inline-block h-1 w-4.5 align-middle ${text}`}>
      <path d="M0 2h18" stroke="currentColor" strokeWidth="2.5" strokeDasharray={dash.join(' ')} />
    </svg>
  );
}

/** Of the moments, in seconds. */
function spanOf(times: ArrayLike<number>): [from: number, to: number] {
  const last = times[times.length - 1] ?? 0;
  return [Math.min(times[0] ?? last, last - LEAST_SPAN_S), last];
}

function optionsFor(element: HTMLElement, looks: readonly Look[]): uPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
  const axis = {
    stroke: resolvedColour(element, 'text-muted'),
    grid: { stroke: resolvedColour(element, 'text-line'), width: 1 },
    ticks: { show: false },
    font: `11px ${colour('font-family')()}`,
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    // The time of the last moment stands below it, half of it beyond the plot.
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: ({ data: [times] }) => spanOf(times) },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.15)] },
    },
    axes: [
      { ...axis, space: 96, size: 26, values: (_plot, splits) => splits.map((s) => CLOCK.format(new Date(s * 1000))) },
      { ...axis, space: 32, size: 44, values: (_plot, splits) => splits.map((value) => COMPACT.format(value)) },
    ],
    series: [
      {},
      ...looks.map((look) => ({
        stroke: resolvedColour(element, LOOKS[look].text),
        width: 2,
        dash: [...LOOKS[look].dash],
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
}

/** What is painted on a canvas takes no part in a change of theme by itself. Returns what ends it. */
function onThemeChange(paint: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', paint);
  const choosing = new MutationObserver(paint);
  choosing.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', paint);
    choosing.disconnect();
  };
}

/** As a canvas understands it, in the theme of the moment: the tokens themselves say both themes at once. */
function resolvedColour(element: HTMLElement, className: string): () => string {
  const probe = document.createElement('i');
  probe.className = `${className} hidden`;
  element.append(probe);
  return () => getComputedStyle(probe).color;
}
