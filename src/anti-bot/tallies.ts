import type { RateLimit, RateVerdict } from '../domain/gcra.ts';

/** For how long a solution is remembered, at least: none is good for longer. */
export const SOLUTION_LIFETIME_MS = 300_000;
/** A repeat of a request whose answer was lost comes within this time. */
export const REPEAT_MS = 60_000;

/** What a client may do so often. */
export interface Quota {
  /** Keys of different scopes do not count against each other. */
  readonly scope: 'ip' | 'user' | 'join' | 'sign_in';
  readonly key: string;
  readonly limit: RateLimit;
}

/** What is counted of clients. Every process that answers the same clients counts the same. */
export interface Tallies {
  /**
   * Takes one from each quota in turn, up to the first that is spent. Returns the verdicts on those that were asked:
   * all but the last allow it. At once where that can be, since every request asks.
   */
  take(quotas: readonly Quota[]): readonly RateVerdict[] | Promise<readonly RateVerdict[]>;
  /** False: so many other accounts came to the sale with this device before. Those that came first stay welcome. */
  admitAccount(account: DeviceAccount, maxAccounts: number): Promise<boolean>;
  /** False: the solution was used before, and longer ago than a repeat would come. */
  useSolution(signature: string, nowMs: number): Promise<boolean>;
}

export interface DeviceAccount {
  readonly saleId: string;
  readonly deviceId: string;
  readonly userId: string;
}
