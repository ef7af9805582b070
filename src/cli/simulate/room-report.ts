import { type Column, tableText } from '../table.ts';
import { integerText } from '../texts.ts';
import {
  admissionsOutOfTurn,
  admissionsOverRate,
  idleShare,
  type RoomReading,
  readingsOverCap,
  repeated,
} from './room-checks.ts';
import type { RoomLog } from './room-log.ts';
import { percentText } from './traffic.ts';

export interface RoomSettings {
  readonly order: 'fifo' | 'draw';
  readonly ratePerSecond: number;
  readonly maxActive: number;
  readonly admissionSeconds: number;
}

/** Milliseconds. */
interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What the crowd met in the waiting room. */
export interface RoomReport {
  readonly settings: RoomSettings;
  /** Who had a place. */
  readonly buyers: number;
  readonly places: number;
  readonly admissions: number;
  readonly joinToReady: Percentiles;
  readonly readyToAdmitted: Percentiles;
  readonly checks: readonly RoomCheck[];
  /** From 0 to 1: see `idleShare`. */
  readonly idleShare: number;
}

/** Something that must not happen. */
interface RoomCheck {
  readonly name: string;
  readonly words: string;
  /** Observations in which it could have shown. */
  readonly checked: number;
  /** Those in which it did. */
  readonly violations: number;
}

export function reportOnRoom(settings: RoomSettings, log: RoomLog, readings: readonly RoomReading[]): RoomReport {
  const { places, admissions } = log;
  return {
    settings,
    buyers: new Set(places.map(({ buyer }) => buyer)).size,
    places: places.length,
    admissions: admissions.length,
    joinToReady: percentilesOf(places.map(({ joinedAtMs, readyAtMs }) => between(joinedAtMs, readyAtMs))),
    readyToAdmitted: percentilesOf(places.map(({ readyAtMs, admittedAtMs }) => between(readyAtMs, admittedAtMs))),
    checks: checksOf(settings, log, readings),
    idleShare: idleShare(readings, settings.maxActive),
  };
}

function checksOf(
  { ratePerSecond, maxActive }: RoomSettings,
  log: RoomLog,
  readings: readonly RoomReading[],
): RoomCheck[] {
  const { places, admissions, callOrder } = log;
  const tickets = places.map(({ ticket }) => ticket);
  const positions = places.flatMap(({ position }) => position ?? []);
  const admittedAtMs = admissions.map(({ atMs }) => atMs);
  return [
    {
      name: 'order_inversions',
      words: 'still waited when a place behind had been called',
      checked: callOrder.checked,
      violations: callOrder.inversions,
    },
    {
      name: 'out_of_turn',
      words: 'let in before having been called',
      checked: admissions.length,
      violations: admissionsOutOfTurn(admissions, log.gateReadings),
    },
    {
      name: 'shared_places',
      words: 'place that somebody else has too',
      checked: places.length,
      violations: repeated(tickets) + repeated(positions),
    },
    {
      name: 'moved_places',
      words: 'other place after joining again',
      checked: log.rejoins,
      violations: log.movedPlaces,
    },
    {
      name: 'wrong_places',
      words: 'position that does not follow from ticket and draw',
      checked: positions.length,
      violations: log.wrongPlaces,
    },
    {
      name: 'over_rate',
      words: 'let in beyond the rate',
      checked: admissions.length,
      violations: admissionsOverRate(admittedAtMs, ratePerSecond),
    },
    {
      name: 'over_cap',
      words: 'moment with more shoppers inside than the cap',
      checked: readings.length,
      violations: readingsOverCap(readings, maxActive),
    },
  ];
}

/** A sentence for each kind of violation that was found. */
export function roomFaults({ checks }: RoomReport): string[] {
  return checks
    .filter(({ violations }) => violations > 0)
    .map(({ words, violations }) => `waiting room: ${words} (${violations} times)`);
}

function between(fromMs: number | null, toMs: number | null): number | null {
  return fromMs === null || toMs === null ? null : toMs - fromMs;
}

/** By the nearest rank. Whoever never came so far does not count. */
function percentilesOf(durations: readonly (number | null)[]): Percentiles {
  const sorted = durations.filter((ms) => ms !== null).sort((a, b) => a - b);
  const at = (percent: number) => Math.round(sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? 0);
  return { count: sorted.length, p50: at(50), p90: at(90), p99: at(99), max: at(100) };
}

export function roomJson(report: RoomReport) {
  const { order, ratePerSecond, maxActive, admissionSeconds } = report.settings;
  return {
    order,
    rate_per_second: ratePerSecond,
    max_active: maxActive,
    admission_seconds: admissionSeconds,
    buyers: report.buyers,
    places: report.places,
    admissions: report.admissions,
    join_to_ready_ms: report.joinToReady,
    ready_to_admitted_ms: report.readyToAdmitted,
    checks: report.checks.map(({ name, checked, violations }) => ({ name, checked, violations })),
    idle_share: report.idleShare,
  };
}

export function roomText(report: RoomReport): string {
  const { buyers, places, admissions, checks } = report;
  const waits = [
    { what: 'from joining to being called', ...report.joinToReady },
    { what: 'from being called to being let in', ...report.readyToAdmitted },
  ];
  return [
    tableText(WAIT_COLUMNS, waits),
    tableText(CHECK_COLUMNS, checks),
    `Waiting room: ${integerText(places)} places of ${integerText(buyers)} buyers, ${integerText(admissions)} admissions.`,
    `In ${percentText(report.idleShare)} of the time in which people waited, a slot and a unit were free and nobody was called.`,
  ].join('\n\n');
}

const WAIT_COLUMNS: readonly Column<Percentiles & { readonly what: string }>[] = [
  { title: 'WAITED', text: ({ what }) => what },
  { title: 'BUYERS', align: 'right', text: ({ count }) => integerText(count) },
  ...(['p50', 'p90', 'p99', 'max'] as const).map((name): Column<Percentiles & { readonly what: string }> => {
    return { title: `${name.toUpperCase()} S`, align: 'right', text: (waits) => (waits[name] / 1_000).toFixed(1) };
  }),
];

const CHECK_COLUMNS: readonly Column<RoomCheck>[] = [
  { title: 'MUST NOT HAPPEN', text: ({ words }) => words },
  { title: 'CHECKED', align: 'right', text: ({ checked }) => integerText(checked) },
  { title: 'FOUND', align: 'right', text: ({ violations }) => integerText(violations) },
];
