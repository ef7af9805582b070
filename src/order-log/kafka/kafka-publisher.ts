import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { KafkaProducer } from './kafka-producer.ts';

/** A JSON document for whoever follows a topic. Documents with the same key stay in order. */
export interface PublishedDocument {
  readonly key: string;
  readonly correlationId: string;
  readonly document: unknown;
}

/** Writes documents to one topic, for others to follow. */
export class KafkaPublisher {
  readonly #producer: KafkaProducer;
  readonly #topic: string;

  constructor(cluster: KafkaCluster, topic: string) {
    this.#producer = new KafkaProducer(cluster);
    this.#topic = topic;
  }

  /** Resolves when the brokers have them. After a failure some may be there: whoever sends them again sends them twice. */
  async publish(documents: readonly PublishedDocument[]): Promise<void> {
    await this.#producer.send(
      documents.map(({ key, correlationId, document }) => ({
        topic: this.#topic,
        key,
        value: JSON.stringify(document),
        headers: { correlation_id: correlationId },
      })),
    );
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
