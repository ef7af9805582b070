import type { AnalyticsFact } from '../domain/analytics-fact.ts';

/** Where facts about purchases go, for whoever counts them. */
export interface Analytics {
  /**
   * Resolves once all facts are durable there. They may be published more than once, under the same ids.
   *
   * Throws `AnalyticsUnavailable` where a repeat may help, and `AnalyticsRejected` where it cannot.
   */
  publish(facts: readonly AnalyticsFact[]): Promise<void>;
  /** Waits for what is under way. Repeatable. */
  close(): Promise<void>;
}

export class AnalyticsUnavailable extends Error {
  readonly code = 'analytics_unavailable';
  readonly retryable = true;
}

export class AnalyticsRejected extends Error {
  readonly code = 'analytics_rejected';
  readonly retryable = false;
}
