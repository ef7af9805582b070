import { moneyText } from '../../domain/money.ts';
import { auditText } from '../audit.ts';
import { type Column, tableText } from '../table.ts';
import { integerText } from '../texts.ts';
import { type RoomReport, roomJson, roomText } from './room-report.ts';
import type { SimulationSettings } from './simulation.ts';
import type { AnswerCount, Latency, Tally } from './tally.ts';
import { type BotShares, botShares, botsText, trafficJson, trafficOf, trafficText } from './traffic.ts';
import type { Verification } from './verification.ts';
import { ENDINGS, type Ending } from './visit.ts';

export interface SimulationResult {
  readonly settings: SimulationSettings;
  readonly endings: ReadonlyMap<Ending, number>;
  readonly tally: Tally;
  /** Null: nobody queued. */
  readonly room: RoomReport | null;
  readonly verification: Verification;
  /** Each one is a reason to fail the simulation. */
  readonly faults: readonly string[];
  readonly durationMs: number;
}

/** The result for programs, snake_case like every other output of that kind. */
export function resultJson(result: SimulationResult) {
  const { settings, endings, tally, room, verification, faults, durationMs } = result;
  const { sale, audit, chargedMinor } = verification;
  return {
    ok: faults.length === 0,
    seed: settings.seed,
    duration_ms: Math.round(durationMs),
    sale_id: sale.sale_id,
    units: unitsOf(verification),
    charged_minor: chargedMinor,
    buyers: Object.fromEntries(endings),
    answers: tally.answers(),
    latency_ms: tally.latencies(),
    traffic: trafficJson(trafficOf(tally)),
    room: room && roomJson(room),
    bots: botsOf(result),
    faults,
    audit,
  };
}

export function resultText(result: SimulationResult): string {
  const { settings, endings, tally, room, verification, faults, durationMs } = result;
  const bots = botsOf(result);
  const buyers = ENDINGS.filter((ending) => endings.has(ending)).map(
    (ending) => `${integerText(endings.get(ending) ?? 0)} ${ending}`,
  );
  return [
    tableText(ANSWER_COLUMNS, tally.answers()),
    tableText(LATENCY_COLUMNS, tally.latencies()),
    `Latency counts from sending a request, at most ${settings.concurrency} at a time.`,
    `Buyers: ${buyers.join(', ')}.`,
    unitsText(verification),
    chargesText(verification),
    ...(room ? [roomText(room)] : []),
    trafficText(trafficOf(tally), room?.buyers ?? 0),
    ...(bots ? [botsText(bots)] : []),
    auditText(verification.audit),
    `Took ${(durationMs / 1_000).toFixed(1)} s. The same crowd again: --seed ${settings.seed}`,
    faults.length === 0 ? 'PASSED' : `FAILED\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  ].join('\n\n');
}

/** Null where none came. */
function botsOf({ settings, tally }: SimulationResult): BotShares | null {
  return settings.bots > 0 ? botShares(tally, settings.bots) : null;
}

const ANSWER_COLUMNS: readonly Column<AnswerCount>[] = [
  { title: 'ANSWERS TO', text: ({ operation }) => operation },
  { title: 'STATUS', align: 'right', text: ({ status }) => (status === 0 ? 'none' : String(status)) },
  { title: 'CODE', text: ({ code }) => code, shrinks: true },
  { title: 'COUNT', align: 'right', text: ({ count }) => integerText(count) },
];

const LATENCY_COLUMNS: readonly Column<Latency>[] = [
  { title: 'LATENCY OF', text: ({ operation }) => operation },
  ...(['p50', 'p90', 'p99', 'max'] as const).map((name): Column<Latency> => {
    return { title: `${name.toUpperCase()} MS`, align: 'right', text: (latency) => latency[name].toFixed(1) };
  }),
];

function unitsText(verification: Verification): string {
  const { sold, total, reserved, expired } = unitsOf(verification);
  const returned = `${integerText(expired)} expired and went back on sale`;
  return `Units: ${integerText(sold)} of ${integerText(total)} sold, ${integerText(reserved)} reserved, ${returned}.`;
}

function unitsOf({ sale, orders }: Verification) {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const expired = orders.filter(({ status }) => status === 'expired').flatMap(({ items }) => items);
  return {
    total: sum(sale.items.map((item) => item.total_stock)),
    sold: sum(sale.items.map(({ stock }) => stock?.sold ?? 0)),
    reserved: sum(sale.items.map(({ stock }) => (stock?.reserved ?? 0) + (stock?.paying ?? 0))),
    expired: sum(expired.map(({ quantity }) => quantity)),
  };
}

function chargesText({ chargedMinor, sale, orders }: Verification): string {
  const paid = orders.filter(({ status }) => status === 'paid').length;
  if (chargedMinor === null) return `Orders: ${integerText(paid)} paid.`;
  const charged = moneyText(chargedMinor, sale.currency);
  return `Orders: ${integerText(paid)} paid, for which the payment provider's records show ${charged} taken.`;
}
