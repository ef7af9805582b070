/**
 * Tries that a challenge takes at most while all is quiet, half of them on average. A try is one PBKDF2 of 5,000 rounds:
 * 0.6 ms of a server's core, 1 to 5 ms of a phone's.
 */
const BASE_TRIES = 500;

/** Joins a second from which on the work is doubled once more. */
const DOUBLED_FROM = [50, 200, 800] as const;

/** Tries that a new challenge takes at most. Depends on nothing but the load, so it comes down as that does. */
export function difficultyAt(joinsPerSecond: number): number {
  const doublings = DOUBLED_FROM.filter((threshold) => joinsPerSecond >= threshold).length;
  return BASE_TRIES * 2 ** doublings;
}
