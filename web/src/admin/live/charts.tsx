import { useMemo } from 'react';
import { joinClasses } from '../../shared/join-classes.ts';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { type ChartSeries, LiveChart } from './live-chart.tsx';
import type { Moment, Sample } from './samples.ts';

type Look = ChartSeries['look'];
type Line = readonly [label: string, look: Look, value: (sample: Sample) => number | null];

interface ChartPlan {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly Line[];
  /** Shown only where buyers queue. */
  readonly ofRoom?: true;
}

const CHARTS: readonly ChartPlan[] = [
  {
    title: texts.purchases,
    unit: texts.perSecond,
    lines: [
      [texts.reserved, 'accent', ({ reservedPerS }) => reservedPerS],
      [texts.soldOut, 'caution', ({ soldOutPerS }) => soldOutPerS],
      [texts.refused, 'critical', ({ refusedPerS }) => refusedPerS],
    ],
  },
  { title: texts.stockLeft, unit: texts.units, lines: [['', 'accent', ({ available }) => available]] },
  {
    title: texts.latency,
    unit: texts.ms,
    lines: [
      [texts.median, 'accent', ({ p50Ms }) => p50Ms],
      [texts.p99, 'caution', ({ p99Ms }) => p99Ms],
    ],
  },
  {
    title: texts.queue,
    unit: texts.waiting,
    lines: [['', 'accent', ({ waiting }) => waiting]],
    ofRoom: true,
  },
  {
    title: texts.admissions,
    unit: texts.perSecond,
    lines: [['', 'accent', ({ admittedPerS }) => admittedPerS]],
    ofRoom: true,
  },
  {
    title: texts.payments,
    unit: '',
    lines: [
      [texts.paid, 'accent', ({ paid }) => paid],
      [texts.underWay, 'caution', ({ payingNow }) => payingNow],
      [texts.declined, 'critical', ({ declined }) => declined],
    ],
  },
];

/** The last five minutes. */
export function Charts({ moments, hasRoom }: { readonly moments: readonly Moment[]; readonly hasRoom: boolean }) {
  const times = useMemo(() => moments.map(({ sample }) => sample.atS), [moments]);
  return (
    <div className={joinClasses('grid gap-4 md:grid-cols-2', hasRoom && 'xl:grid-cols-3')}>
      {CHARTS.filter(({ ofRoom }) => hasRoom || !ofRoom).map((plan) => (
        <PlannedChart key={plan.title} plan={plan} moments={moments} times={times} />
      ))}
    </div>
  );
}

interface PlannedChartProps {
  readonly plan: ChartPlan;
  readonly moments: readonly Moment[];
  readonly times: readonly number[];
}

function PlannedChart({ plan, moments, times }: PlannedChartProps) {
  const series = useMemo(
    () =>
      plan.lines.map(([label, look, value]): ChartSeries => {
        return { label, look, values: moments.map(({ sample }) => value(sample)) };
      }),
    [plan, moments],
  );
  return <LiveChart title={plan.title} unit={plan.unit} times={times} series={series} />;
}
