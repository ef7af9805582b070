import type { Scenario } from './scenarios.ts';
import type { Moment } from './timeline.ts';

const PANEL = { width: 420, height: 150, left: 60, top: 40, gap: 70 };
const COLOURS = { asked: '#0f766e', answered: '#d97706', waiting: '#b91c1c', units: '#1d4ed8' };
const FONT = 'font-family="system-ui, sans-serif" font-size="11" fill="#1f2937"';
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const TICKS = [0, 0.5, 1];

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly of: (moment: Moment) => number;
}

const RATES: readonly Line[] = [
  { label: 'asked /s', colour: COLOURS.asked, of: ({ askedPerSecond }) => askedPerSecond },
  { label: 'answered /s', colour: COLOURS.answered, of: ({ answeredPerSecond }) => answeredPerSecond },
];
const WAITING: readonly Line[] = [
  { label: 'requests that wait', colour: COLOURS.waiting, of: ({ waiting }) => waiting },
];
const UNITS: readonly Line[] = [{ label: 'units left', colour: COLOURS.units, of: ({ unitsLeft }) => unitsLeft }];
const PANELS = [RATES, WAITING, UNITS];

/** A picture of what happened, as SVG: a row for each scenario, over the seconds from the start of its sale. */
export function chartOf(scenarios: readonly Scenario[]): string {
  const width = PANELS.length * (PANEL.width + PANEL.gap) + PANEL.left;
  const rowHeight = PANEL.height + PANEL.top + 45;
  const height = scenarios.length * rowHeight + 10;
  const rows = scenarios.map((scenario, index) => rowOf(scenario, index * rowHeight));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>A simulated sale: requests, queues and units over time</title>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...rows,
    '</svg>\n',
  ].join('\n');
}

function rowOf({ name, result }: Scenario, top: number): string {
  const title = `<text x="${PANEL.left}" y="${top + 18}" ${FONT} font-weight="600">${name}</text>`;
  const panels = PANELS.map((lines, column) => {
    const left = PANEL.left + column * (PANEL.width + PANEL.gap);
    return `<g transform="translate(${left} ${top + PANEL.top})">\n${panelOf(lines, result.moments)}\n</g>`;
  });
  return [title, ...panels].join('\n');
}

function panelOf(lines: readonly Line[], moments: readonly Moment[]): string {
  const highest = Math.max(1, ...lines.flatMap(({ of }) => moments.map(of)));
  const fromMs = moments[0]?.atMs ?? 0;
  const spanMs = Math.max(1, (moments.at(-1)?.atMs ?? 1) - fromMs);
  const x = (atMs: number) => ((atMs - fromMs) / spanMs) * PANEL.width;
  const y = (value: number) => PANEL.height - (value / highest) * PANEL.height;
  const paths = lines.map(({ colour, of }) => {
    const points = moments.map((moment) => `${x(moment.atMs).toFixed(1)},${y(of(moment)).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
  });
  return [axes(highest, fromMs, spanMs), ...paths, ...lines.map(legend)].join('\n');
}

function axes(highest: number, fromMs: number, spanMs: number): string {
  const { width, height } = PANEL;
  return TICKS.flatMap((share) => [
    `<line x1="0" x2="${width}" y1="${height * (1 - share)}" y2="${height * (1 - share)}" stroke="#e5e7eb"/>`,
    `<text x="-6" y="${height * (1 - share) + 4}" text-anchor="end" ${FONT}>${COMPACT.format(highest * share)}</text>`,
    `<text x="${width * share}" y="${height + 16}" text-anchor="middle" ${FONT}>${((fromMs + share * spanMs) / 1_000).toFixed(0)} s</text>`,
  ]).join('\n');
}

function legend({ label, colour }: Line, index: number): string {
  const x = index * 110;
  return `<rect x="${x}" y="-14" width="10" height="3" fill="${colour}"/><text x="${x + 14}" y="-9" ${FONT}>${label}</text>`;
}
