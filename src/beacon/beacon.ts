import type { DrawBeacon } from '../domain/draw.ts';
import type { BeaconRound } from '../domain/sale.ts';

/**
 * A source of public randomness that speaks at fixed times, in numbered rounds, and that nobody can foresee or steer.
 * Every operation may be repeated. Throws `BeaconUnavailable` and `BeaconInvalid`.
 */
export interface Beacon {
  /** Names the source for good: with it alone anyone verifies its rounds. */
  readonly url: string;
  /** The first round that is due at `atMs` or later. */
  roundAfter(atMs: number): Promise<BeaconRound>;
  /** A round that has been published, verified. */
  fetchRound(round: number): Promise<DrawBeacon>;
}

export interface Beacons {
  /** What new draws are bound to. Null: draws are trusted to the operator. */
  readonly preferred: Beacon | null;
  /** The beacon that an older draw names. */
  at(url: string): Beacon;
}

/** No answer yet, or one that says that the round is not there. */
export class BeaconUnavailable extends Error {
  readonly code = 'beacon_unavailable';
  readonly retryable = true;
}

/** An answer that is not the beacon's: another chain, another round, a signature that does not verify, or no sense. */
export class BeaconInvalid extends Error {
  readonly code = 'beacon_invalid';
  readonly retryable = false;
}
