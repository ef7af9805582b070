/** How far the gate had come at a moment, in milliseconds. */
export interface GateReading {
  readonly atMs: number;
  readonly nowServing: number;
}

/** Where somebody was let in, and when by the server's clock. */
export interface SeenAdmission {
  readonly position: number;
  readonly atMs: number;
}

/** A waiting room at a moment of the crowd's clock, as operators see it. */
export interface RoomReading extends GateReading {
  /** Neither before the start nor paused nor over. */
  readonly open: boolean;
  readonly inside: number;
  readonly waiting: number;
  /** Units for sale. */
  readonly available: number;
}

/** Admissions of places that the gate had not reached even at a later reading. All times are of one clock. */
export function admissionsOutOfTurn(admissions: readonly SeenAdmission[], gate: readonly GateReading[]): number {
  const readings = gate.toSorted((a, b) => a.atMs - b.atMs);
  return admissions.filter(({ position, atMs }) => {
    const next = readings[firstIndexAfter(readings, atMs)];
    return next !== undefined && next.nowServing < position;
  }).length;
}

function firstIndexAfter(readings: readonly GateReading[], atMs: number): number {
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((readings[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums of `t × rate` are off by less than this part of an admission. */
const ROUNDING = 1e-6;

/**
 * Admissions in excess of rate × t and one second's burst, over every window there is (as a leaky bucket). What is in
 * excess counts for nothing in later windows.
 */
export function admissionsOverRate(admittedAtMs: readonly number[], ratePerSecond: number): number {
  let excess = 0;
  let level = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const atMs of admittedAtMs.toSorted((a, b) => a - b)) {
    level = Math.max(0, level - ((atMs - lastMs) / 1_000) * ratePerSecond);
    lastMs = atMs;
    if (level + 1 > ratePerSecond + ROUNDING) excess++;
    else level++;
  }
  return excess;
}

/** Readings with more shoppers inside than the cap allows. */
export function readingsOverCap(readings: readonly RoomReading[], maxActive: number): number {
  return readings.filter(({ inside }) => inside > maxActive).length;
}

/** How many values were there before. */
export function repeated(values: readonly number[]): number {
  return values.length - new Set(values).size;
}

/**
 * The share of the time in which people waited that went by with a slot and a unit free and nobody called. A unit is
 * free if it is not one of those that the shoppers inside may be about to take. 0 where nobody waited.
 */
export function idleShare(readings: readonly RoomReading[], maxActive: number): number {
  let waitedMs = 0;
  let idleMs = 0;
  for (const [index, next] of readings.entries()) {
    const last = readings[index - 1];
    if (!last || !isWaitedFor(last) || !isWaitedFor(next)) continue;
    waitedMs += next.atMs - last.atMs;
    const couldCall = hasRoom(last, maxActive) && hasRoom(next, maxActive);
    if (couldCall && next.nowServing === last.nowServing) idleMs += next.atMs - last.atMs;
  }
  return waitedMs > 0 ? idleMs / waitedMs : 0;
}

function isWaitedFor({ open, waiting }: RoomReading): boolean {
  return open && waiting > 0;
}

function hasRoom({ inside, available }: RoomReading, maxActive: number): boolean {
  return inside < maxActive && available > inside;
}
