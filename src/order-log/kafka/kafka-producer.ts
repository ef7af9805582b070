import { type MessageToProduce, Producer, stringSerializers } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { clientOptions } from './client-options.ts';

export type TextRecord = MessageToProduce<string, string, string, string>;

/** Sends records of text. The brokers write each once, as long as no send fails. */
export class KafkaProducer {
  readonly #cluster: KafkaCluster;
  #producer: Producer<string, string, string, string> | null = null;

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster;
  }

  /** Resolves when all replicas have them. After a failure some may be there: whoever sends them again sends them twice. */
  async send(messages: TextRecord[]): Promise<void> {
    this.#producer ??= new Producer({
      ...clientOptions(this.#cluster),
      idempotent: true,
      serializers: stringSerializers,
      // Half the processor time of producing and reading a record, of which a batch has many that are much alike.
      compression: 'snappy',
    });
    const producer = this.#producer;
    try {
      await producer.send({ messages, idempotent: true });
    } catch (error) {
      // What it knows of its sequence numbers is in doubt. By now others may send by one that began anew.
      if (this.#producer === producer) await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.close(true);
  }
}
