/** One question about the time, and its answer. */
export interface ClockSample {
  /** The clock of this machine when the question went out, and when the answer had come: monotonic milliseconds. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
  /** What the server's clock said in between: epoch milliseconds. */
  readonly serverMs: number;
}

/** What to add to this machine's clock, and by how much that can be wrong at most. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/**
 * The answer was made at some moment between question and receipt; the middle is wrong by half of the round trip at
 * most (Cristian's algorithm).
 */
export function offsetOf({ sentAtMs, receivedAtMs, serverMs }: ClockSample): ClockOffset {
  return { offsetMs: serverMs - (sentAtMs + receivedAtMs) / 2, errorMs: (receivedAtMs - sentAtMs) / 2 };
}

/** How fast two good quartz clocks may drift apart. */
const DRIFT_PER_MS = 50e-6;

/**
 * Of what is known and what has just been measured, the one that is wrong by less. What is known gets less certain as
 * it ages; where the two contradict each other, a clock was set or the machine slept, and only the new one counts.
 */
export function betterOffset(known: ClockOffset | null, knownAgeMs: number, measured: ClockOffset): ClockOffset {
  if (known === null) return measured;
  const agedErrorMs = known.errorMs + knownAgeMs * DRIFT_PER_MS;
  const contradict = Math.abs(known.offsetMs - measured.offsetMs) > agedErrorMs + measured.errorMs;
  return contradict || measured.errorMs <= agedErrorMs ? measured : known;
}

/** Both clocks of this machine at one moment. */
export interface ClockPair {
  /** That can be set, and goes on while the machine sleeps: epoch milliseconds. */
  readonly wallMs: number;
  /** That only runs forward, and on many machines stands still while they sleep. */
  readonly monotonicMs: number;
}

/** By this much two clocks never part between two looks at them, unless one is set or the machine sleeps. */
const JUMP_MS = 500;

/** Has the machine slept, or its clock been set, since? Then an offset from before cannot be trusted. */
export function hasJumped(before: ClockPair, now: ClockPair): boolean {
  const parted = now.wallMs - before.wallMs - (now.monotonicMs - before.monotonicMs);
  return Math.abs(parted) > JUMP_MS;
}
