import { factOf } from '../domain/analytics-fact.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import { type Analytics, AnalyticsRejected } from '../notify/analytics.ts';
import type { EngineEvents } from '../telemetry/events.ts';

export interface PublishPorts {
  /** Absent: nobody counts. */
  readonly analytics?: Analytics | null | undefined;
  readonly events: EngineEvents;
}

/**
 * Tells analytics of what the ledger has: each fact at least once, since the order log hands its events over again
 * until this has succeeded. Facts that are refused for good are given up: counting must not stop selling.
 */
export async function publishFacts({ analytics, events }: PublishPorts, applied: readonly OrderEvent[]): Promise<void> {
  const facts = analytics ? applied.flatMap((event) => factOf(event) ?? []) : [];
  if (!analytics || facts.length === 0) return;
  try {
    await analytics.publish(facts);
    events.factsPublished(facts.length);
  } catch (error) {
    if (!(error instanceof AnalyticsRejected)) throw error;
    events.factsRefused(facts.length, error);
  }
}
