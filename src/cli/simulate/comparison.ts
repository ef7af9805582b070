import { purchase } from '#sdk/contract/purchase.ts';
import { type Column, tableText } from '../table.ts';
import { integerText } from '../texts.ts';
import { resultJson, resultText, type SimulationResult } from './report.ts';
import type { AnswerCount } from './tally.ts';
import { trafficOf } from './traffic.ts';

/** The same crowd twice. */
export interface Comparison {
  readonly withRoom: SimulationResult;
  readonly withoutRoom: SimulationResult;
}

interface Figure {
  readonly name: string;
  readonly words: string;
  readonly of: (result: SimulationResult) => number;
}

const FIGURES: readonly Figure[] = [
  { name: 'requests', words: 'requests', of: ({ tally }) => trafficOf(tally).requests },
  { name: 'peak_per_second', words: 'requests in the busiest second', of: ({ tally }) => tally.peakPerSecond },
  { name: 'purchases', words: 'purchases tried', of: ({ tally }) => answers(tally.answers(), isPurchase) },
  { name: 'server_errors', words: 'answers 5xx', of: ({ tally }) => answers(tally.answers(), isServerError) },
  { name: 'overloaded', words: 'answers `overloaded`', of: ({ tally }) => answers(tally.answers(), isOverload) },
  { name: 'unanswered', words: 'requests without an answer', of: ({ tally }) => answers(tally.answers(), isLost) },
  { name: 'purchase_p50_ms', words: 'p50 of a purchase, ms', of: (result) => purchaseLatency(result)?.p50 ?? 0 },
  { name: 'purchase_p99_ms', words: 'p99 of a purchase, ms', of: (result) => purchaseLatency(result)?.p99 ?? 0 },
  { name: 'buyers_served', words: 'buyers who got something', of: ({ endings }) => endings.get('bought') ?? 0 },
  { name: 'units_of_people', words: 'units that people got', of: ({ tally }) => tally.unitsWon.people },
  { name: 'units_of_bots', words: 'units that bots got', of: ({ tally }) => tally.unitsWon.bots },
];

function answers(counts: readonly AnswerCount[], matches: (answer: AnswerCount) => boolean): number {
  return counts.filter(matches).reduce((sum, { count }) => sum + count, 0);
}

const isPurchase = ({ operation }: AnswerCount) => operation === purchase.id;
const isServerError = ({ status }: AnswerCount) => status >= 500;
const isOverload = ({ code }: AnswerCount) => code === 'overloaded';
const isLost = ({ status }: AnswerCount) => status === 0;

function purchaseLatency({ tally }: SimulationResult) {
  return tally.latencies().find(({ operation }) => operation === purchase.id);
}

export function comparisonJson({ withRoom, withoutRoom }: Comparison) {
  const figures = FIGURES.map(({ name, of }) => [name, { with_room: of(withRoom), without_room: of(withoutRoom) }]);
  return {
    ok: withRoom.faults.length + withoutRoom.faults.length === 0,
    with_room: resultJson(withRoom),
    without_room: resultJson(withoutRoom),
    comparison: Object.fromEntries(figures),
  };
}

export function comparisonText({ withRoom, withoutRoom }: Comparison): string {
  const rows = FIGURES.map(({ words, of }) => ({ words, with: of(withRoom), without: of(withoutRoom) }));
  return [
    '== With a waiting room',
    resultText(withRoom),
    '== Without one',
    resultText(withoutRoom),
    tableText(COLUMNS, rows),
  ].join('\n\n');
}

const COLUMNS: readonly Column<{ readonly words: string; readonly with: number; readonly without: number }>[] = [
  { title: 'THE SAME CROWD', text: ({ words }) => words },
  { title: 'WITH A ROOM', align: 'right', text: (row) => figureText(row.with) },
  { title: 'WITHOUT', align: 'right', text: (row) => figureText(row.without) },
];

function figureText(value: number): string {
  return Number.isInteger(value) ? integerText(value) : value.toFixed(1);
}
