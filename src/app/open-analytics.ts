import type { OrderLogConfig } from '../config/topology.ts';
import type { Analytics } from '../notify/analytics.ts';

/** Null without Kafka: nobody counts, and its client is not loaded. */
export async function openAnalytics(orderLog: OrderLogConfig): Promise<Analytics | null> {
  if (orderLog.kind !== 'kafka') return null;
  const { KafkaAnalytics } = await import('../order-log/kafka/kafka-analytics.ts');
  return new KafkaAnalytics(orderLog.cluster);
}
