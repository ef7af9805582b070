import type { Rule, RuleFile } from './rule-file.ts';

/** What buyers are promised. The policy is in docs/runbook.md. */
interface Objective {
  readonly slo: string;
  /** The share of bad events that a period may have. */
  readonly budget: number;
  /** Bad events and all events within a window such as `5m`. */
  readonly bad: (window: string) => string;
  readonly all: (window: string) => string;
}

/** Without these nobody can buy. */
const BUYING_PATH = [
  '/api/v1/flash-sale/:sale_id/(enter-queue|queue|admission|purchase)',
  '/api/v1/orders/:order_id',
  '/api/v1/orders/:order_id/pay',
].join('|');
const PURCHASE = 'method="POST", route="/api/v1/flash-sale/:sale_id/purchase"';
/** Probes and scrapes: a 503 of theirs says where not to send buyers. */
const OF_BUYERS = 'route!~"/health/.*|/metrics"';
/** Answered with 503 because an operator wants it so. */
const ON_PURPOSE = 'code=~"sale_paused|switched_off"';

const DURATIONS = 'tidegate_http_request_duration_seconds';

const answers = (matchers: string, window: string) => `sum(increase(${DURATIONS}_count{${matchers}}[${window}]))`;
const faults = (matchers: string, window: string) =>
  [
    'clamp_min(',
    `  (${answers(matchers, window)} or vector(0))`,
    `  - (sum(increase(tidegate_problems_total{${ON_PURPOSE}}[${window}])) or vector(0)),`,
    '  0',
    ')',
  ].join('\n');

const OBJECTIVES: readonly Objective[] = [
  {
    slo: 'availability',
    budget: 0.0005,
    bad: (window) => faults(`route=~"${BUYING_PATH}", status=~"5.."`, window),
    all: (window) => answers(`route=~"${BUYING_PATH}"`, window),
  },
  {
    slo: 'errors',
    budget: 0.001,
    bad: (window) => faults(`${OF_BUYERS}, status=~"5.."`, window),
    all: (window) => answers(OF_BUYERS, window),
  },
  {
    slo: 'purchase_latency',
    budget: 0.01,
    bad: (window) =>
      `clamp_min(${answers(PURCHASE, window)} - sum(increase(${DURATIONS}_bucket{${PURCHASE}, le="0.1"}[${window}])), 0)`,
    all: (window) => answers(PURCHASE, window),
  },
];

interface Alarm {
  readonly alert: string;
  /** So many times faster than evenly over thirty days. */
  readonly burnRate: number;
  readonly long: string;
  /** Still going on: what is over wakes nobody. */
  readonly short: string;
  readonly severity: 'page' | 'notify';
  readonly summary: string;
}

/** Two per cent of the budget of thirty days in an hour, five in six hours, ten in a day and in three. */
const ALARMS: readonly Alarm[] = [
  {
    alert: 'TidegateErrorBudgetBurnsFast',
    burnRate: 14.4,
    long: '1h',
    short: '5m',
    severity: 'page',
    summary: 'An error budget would be gone in two days',
  },
  {
    alert: 'TidegateErrorBudgetBurns',
    burnRate: 6,
    long: '6h',
    short: '30m',
    severity: 'page',
    summary: 'An error budget would be gone in five days',
  },
  {
    alert: 'TidegateErrorBudgetBurnsSlowly',
    burnRate: 3,
    long: '1d',
    short: '2h',
    severity: 'notify',
    summary: 'An error budget would be gone in ten days',
  },
  {
    alert: 'TidegateErrorBudgetWasted',
    burnRate: 1,
    long: '3d',
    short: '6h',
    severity: 'notify',
    summary: 'An error budget will not last for thirty days',
  },
];

const SHORT_WINDOWS = ['5m', '30m', '1h', '2h', '6h'];
const LONG_WINDOWS = ['1d', '3d', '30d'];
/** Fewer bad events than this in the long window wake nobody: one of ten at night is no outage. */
const FEWEST_BAD = 10;

/** Burn rates of every objective, and the alerts on them: each on a long and a short window at once. */
export function sloRules(): RuleFile {
  return {
    groups: [
      { name: 'tidegate-slo-recording', rules: SHORT_WINDOWS.flatMap(recordingsOf) },
      // Days are slow to sum up, and slow to change.
      { name: 'tidegate-slo-recording-days', interval: '5m', rules: LONG_WINDOWS.flatMap(recordingsOf) },
      { name: 'tidegate-slo', rules: ALARMS.map(alertOf) },
    ],
  };
}

function recordingsOf(window: string): Rule[] {
  return OBJECTIVES.flatMap(({ slo, budget, bad, all }) => {
    const badEvents = `tidegate:slo_bad_events:${window}`;
    return [
      { record: badEvents, labels: { slo }, expr: bad(window) },
      {
        record: `tidegate:slo_burn_rate:${window}`,
        labels: { slo },
        expr: `sum(${badEvents}{slo="${slo}"}) / ${all(window)} / ${budget}`,
      },
    ];
  });
}

function alertOf({ alert, burnRate, long, short, severity, summary }: Alarm): Rule {
  return {
    alert,
    expr: [
      `tidegate:slo_burn_rate:${long} > ${burnRate}`,
      `and tidegate:slo_burn_rate:${short} > ${burnRate}`,
      `and tidegate:slo_bad_events:${long} >= ${FEWEST_BAD}`,
    ].join('\n'),
    labels: { severity, follows: 'store' },
    annotations: {
      summary,
      description: `The budget of {{ $labels.slo }} burns {{ $value | printf "%.1f" }} times too fast over ${long}, and still does.`,
      runbook_url: '{{ $externalLabels.docs }}/runbook.md#error-budget-burns',
    },
  };
}
