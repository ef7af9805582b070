import { findErrorBy } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import type { AnalyticsFact } from '../../domain/analytics-fact.ts';
import { type Analytics, AnalyticsRejected, AnalyticsUnavailable } from '../../notify/analytics.ts';
import { KafkaPublisher, type PublishedDocument } from './kafka-publisher.ts';
import { ANALYTICS_TOPIC } from './kafka-topics.ts';

/** The broker's codes for what it will never take. */
const REFUSALS = [
  'INVALID_RECORD',
  'INVALID_TOPIC_EXCEPTION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
];

/** Facts on a topic of their own, a sale's in order. */
export class KafkaAnalytics implements Analytics {
  readonly #publisher: KafkaPublisher;

  constructor(cluster: KafkaCluster, topic = ANALYTICS_TOPIC) {
    this.#publisher = new KafkaPublisher(cluster, topic);
  }

  async publish(facts: readonly AnalyticsFact[]): Promise<void> {
    try {
      await this.#publisher.publish(facts.map(documentOf));
    } catch (error) {
      throw isRefusal(error)
        ? new AnalyticsRejected('Kafka refuses the facts', { cause: error })
        : new AnalyticsUnavailable('Kafka does not take the facts', { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#publisher.close();
  }
}

function documentOf(fact: AnalyticsFact): PublishedDocument {
  const { factId, type, atMs, saleId, orderId, items, totalMinor, currency, reason, correlationId } = fact;
  const document = {
    id: factId,
    type,
    at: new Date(atMs).toISOString(),
    sale_id: saleId,
    order_id: orderId,
    items: items.map(({ skuId, quantity, unitPriceMinor }) => ({
      sku_id: skuId,
      quantity,
      unit_price_minor: unitPriceMinor,
    })),
    total_minor: totalMinor,
    currency,
    reason,
  };
  return { key: saleId, correlationId, document };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.some((apiId) => findErrorBy(error, 'apiId', apiId) !== null);
}
