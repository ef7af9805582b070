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
export interface Percentiles {
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
  readonly violations: Readonly<Record<RoomViolation, number>>;
  /** From 0 to 1: see `idleShare`. */
  readonly idleShare: number;
}

/** What must not happen, in words. */
const VIOLATIONS = {
  order_inversions: 'places that still waited when one behind them had been called',
  out_of_turn: 'admissions of places that had not been called',
  shared_places: 'places that somebody else had too',
  moved_places: 'places that changed by joining again',
  wrong_places: 'positions that do not follow from ticket and draw',
  over_rate: 'admissions over the rate',
  over_cap: 'moments with more shoppers inside than the cap',
} as const;

type RoomViolation = keyof typeof VIOLATIONS;

export function reportOnRoom(settings: RoomSettings, log: RoomLog, readings: readonly RoomReading[]): RoomReport {
  const { places, admissions } = log;
  return {
    settings,
    buyers: new Set(places.map(({ buyer }) => buyer)).size,
    places: places.length,
    admissions: admissions.length,
    joinToReady: percentilesOf(places.map(({ joinedAtMs, readyAtMs }) => readyAtMs && readyAtMs - joinedAtMs)),
    readyToAdmitted: percentilesOf(
      places.map(({ readyAtMs, admittedAtMs }) => admittedAtMs && readyAtMs && admittedAtMs - readyAtMs),
    ),
    violations: violationsIn(settings, log, readings),
    idleShare: idleShare(readings, settings.maxActive),
  };
}

function violationsIn({ ratePerSecond, maxActive }: RoomSettings, log: RoomLog, readings: readonly RoomReading[]) {
  const { places, admissions } = log;
  const positions = places.flatMap(({ position }) => position ?? []);
  return {
    order_inversions: log.callOrder.inversions,
    out_of_turn: admissionsOutOfTurn(admissions, log.gateReadings),
    shared_places: Math.max(repeated(places.map(({ ticket }) => ticket)), repeated(positions)),
    moved_places: log.movedPlaces,
    wrong_places: log.wrongPlaces,
    over_rate: admissionsOverRate(
      admissions.map(({ atMs }) => atMs),
      ratePerSecond,
    ),
    over_cap: readingsOverCap(readings, maxActive),
  };
}

/** A sentence for each kind of violation that was found. */
export function roomFaults({ violations }: RoomReport): string[] {
  return VIOLATION_NAMES.filter((name) => violations[name] > 0).map(
    (name) => `${violations[name]} ${VIOLATIONS[name]}`,
  );
}

const VIOLATION_NAMES = Object.keys(VIOLATIONS) as RoomViolation[];

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
    violations: report.violations,
    idle_share: report.idleShare,
  };
}

export function roomText(report: RoomReport): string {
  const { buyers, places, admissions, violations } = report;
  const waits = [
    { what: 'from joining to being called', ...report.joinToReady },
    { what: 'from being called to being let in', ...report.readyToAdmitted },
  ];
  return [
    tableText(WAIT_COLUMNS, waits),
    tableText(
      VIOLATION_COLUMNS,
      VIOLATION_NAMES.map((name) => ({ what: VIOLATIONS[name], count: violations[name] })),
    ),
    `Waiting room: ${integerText(places)} places of ${integerText(buyers)} buyers, ${integerText(admissions)} admissions. Of ` +
      `the time in which people waited, ${percentText(report.idleShare)} went by with a slot and a unit free and nobody called.`,
  ].join('\n\n');
}

const WAIT_COLUMNS: readonly Column<Percentiles & { readonly what: string }>[] = [
  { title: 'WAITED', text: ({ what }) => what },
  { title: 'BUYERS', align: 'right', text: ({ count }) => integerText(count) },
  ...(['p50', 'p90', 'p99', 'max'] as const).map((name): Column<Percentiles & { readonly what: string }> => {
    return { title: `${name.toUpperCase()} S`, align: 'right', text: (waits) => (waits[name] / 1_000).toFixed(1) };
  }),
];

const VIOLATION_COLUMNS: readonly Column<{ readonly what: string; readonly count: number }>[] = [
  { title: 'MUST NOT HAPPEN', text: ({ what }) => what },
  { title: 'COUNT', align: 'right', text: ({ count }) => integerText(count) },
];
