import { Producer, stringSerializers } from '@platformatic/kafka';
import { clientOptions } from './client-options.ts';

/** A JSON document for whoever follows a topic. Documents with the same key stay in order. */
export interface PublishedDocument {
  readonly key: string;
  readonly correlationId: string;
  readonly document: unknown;
}

/** Writes documents to one topic, for others to follow. */
export class KafkaPublisher {
  readonly #brokers: readonly string[];
  readonly #topic: string;
  #producer: Producer<string, string, string, string> | null = null;

  constructor(brokers: readonly string[], topic: string) {
    this.#brokers = brokers;
    this.#topic = topic;
  }

  /** Resolves when the brokers have them. After a failure some may be there: whoever sends them again sends them twice. */
  async publish(documents: readonly PublishedDocument[]): Promise<void> {
    const messages = documents.map(({ key, correlationId, document }) => ({
      topic: this.#topic,
      key,
      value: JSON.stringify(document),
      headers: { correlation_id: correlationId },
    }));
    this.#producer ??= new Producer({
      ...clientOptions(this.#brokers),
      idempotent: true,
      serializers: stringSerializers,
    });
    try {
      await this.#producer.send({ messages, idempotent: true });
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** What a failed producer knows of its sequence numbers is in doubt: the next one begins anew. */
  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.close(true);
  }
}
