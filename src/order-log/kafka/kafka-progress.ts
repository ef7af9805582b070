import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { OrderLogUnavailable } from '../order-log.ts';
import { clientOptions } from './client-options.ts';
import { partitionOf } from './event-record.ts';

export interface KafkaProgressOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly groupId: string;
  /** How often the group is asked for its offsets. */
  readonly pollMs: number;
  /** How long it has time. */
  readonly patienceMs: number;
}

/**
 * Resolves once the group of processors has dealt with every record that the sale's partition holds at this moment.
 * Throws `OrderLogUnavailable` when it has not in time, or Kafka cannot be asked.
 */
export async function untilRead(saleId: string, options: KafkaProgressOptions): Promise<void> {
  const admin = new Admin(clientOptions(options.cluster));
  try {
    const partition = await partitionHolding(admin, saleId, options.topic);
    const end = await offsetOf(admin, options.topic, partition, 'LATEST');
    const giveUpAtMs = performance.now() + options.patienceMs;
    const isEmpty = (await offsetOf(admin, options.topic, partition, 'EARLIEST')) === end;
    while (!isEmpty && (await committedIn(admin, options, partition)) < end) {
      if (performance.now() > giveUpAtMs)
        throw new OrderLogUnavailable(`the log of sale ${saleId} is not read in time`);
      await sleep(options.pollMs);
    }
  } catch (cause) {
    if (cause instanceof OrderLogUnavailable) throw cause;
    throw new OrderLogUnavailable(`Kafka does not say how far sale ${saleId} has been read`, { cause });
  } finally {
    await admin.close();
  }
}

async function partitionHolding(admin: Admin, saleId: string, topic: string): Promise<number> {
  const { topics } = await admin.metadata({ topics: [topic] });
  return partitionOf(saleId, topics.get(topic)?.partitionsCount ?? 1);
}

async function offsetOf(
  admin: Admin,
  topic: string,
  partitionIndex: number,
  which: 'EARLIEST' | 'LATEST',
): Promise<bigint> {
  const partitions = [{ partitionIndex, timestamp: ListOffsetTimestamps[which] }];
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
  return listed?.partitions[0]?.offset ?? 0n;
}

/** Nothing is committed in a partition whose records nobody has read yet. */
async function committedIn(admin: Admin, { topic, groupId }: KafkaProgressOptions, partition: number): Promise<bigint> {
  const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] });
  const partitions = group?.topics.find(({ name }) => name === topic)?.partitions;
  return partitions?.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? 0n;
}
