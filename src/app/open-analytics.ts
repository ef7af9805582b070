import type { OrderLogConfig } from '../config/topology.ts';
import type { Analytics } from '../notify/analytics.ts';
import { KafkaAnalytics } from '../order-log/kafka/kafka-analytics.ts';

/** Null without Kafka: nobody counts. */
export function openAnalytics(orderLog: OrderLogConfig): Analytics | null {
  return orderLog.kind === 'kafka' ? new KafkaAnalytics(orderLog.cluster) : null;
}
