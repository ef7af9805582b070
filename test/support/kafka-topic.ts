import { randomUUID } from 'node:crypto';
import { Consumer, type Message } from '@platformatic/kafka';
import { type KafkaCluster, parseKafkaUrl } from '../../src/config/kafka-cluster.ts';
import { clientOptions } from '../../src/order-log/kafka/client-options.ts';
import type { KafkaOrderLogOptions } from '../../src/order-log/kafka/kafka-order-log.ts';
import { KafkaProducer, type TextRecord } from '../../src/order-log/kafka/kafka-producer.ts';
import { ensureTopics } from '../../src/order-log/kafka/kafka-topics.ts';
import type { KafkaServer } from './kafka.ts';

/** A topic and a group of a test's own, unless it is after one that has a name. */
export class KafkaTopic {
  readonly cluster: KafkaCluster;
  readonly name: string;
  readonly groupId = `group-${randomUUID()}`;
  /** What the tasks of the logs met, oldest first. */
  readonly failures: unknown[] = [];
  readonly #sessionTimeoutMs: number;

  constructor(server: KafkaServer, name = `orders-${randomUUID()}`) {
    this.name = name;
    this.cluster = parseKafkaUrl(server.url);
    // A broker that is not ours has the limit that is usual.
    this.#sessionTimeoutMs = server.outage ? 2_000 : 6_000;
  }

  /** Of a log that polls often and waits little. */
  get options() {
    return {
      cluster: this.cluster,
      topic: this.name,
      groupId: this.groupId,
      batchSize: 50,
      pollMs: 5,
      retryMs: 20,
      resendMs: 300,
      sessionTimeoutMs: this.#sessionTimeoutMs,
      onFailure: (_task: string, error: unknown) => this.failures.push(error),
    } satisfies KafkaOrderLogOptions;
  }

  async create(): Promise<void> {
    await ensureTopics(this.cluster, [{ name: this.name, partitions: 12, retentionMs: 3_600_000 }]);
  }

  async send(record: Pick<TextRecord, 'key' | 'value' | 'headers'>): Promise<void> {
    const producer = new KafkaProducer(this.cluster);
    await producer.send([{ topic: this.name, ...record }]);
    await producer.close();
  }

  /** Everything in the topic at this moment, partition by partition. */
  async records(): Promise<Message[]> {
    const consumer = new Consumer({
      ...clientOptions(this.cluster),
      groupId: `reader-${randomUUID()}`,
      autocommit: false,
    });
    try {
      const ends = (await consumer.listOffsets({ topics: [this.name] })).get(this.name) ?? [];
      const count = ends.reduce((sum, end) => sum + Number(end), 0);
      const stream = await consumer.consume({ topics: [this.name], mode: 'earliest' });
      const records: Message[] = [];
      if (count > 0) for await (const record of stream) if (records.push(record) === count) break;
      return records;
    } finally {
      await consumer.close(true);
    }
  }
}
