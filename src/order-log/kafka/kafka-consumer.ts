import { Consumer, type Message } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { Backoff } from '../../resilience/backoff.ts';
import type { Store } from '../../store/store.ts';
import type { EventHandler } from '../order-log.ts';
import { pause } from '../pause.ts';
import { clientOptions } from './client-options.ts';
import { partitionOf } from './event-record.ts';
import { MessageQueue } from './message-queue.ts';
import { RecordBatch } from './record-batch.ts';

export interface KafkaConsumerOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  readonly groupId: string;
  /** Events a batch. */
  readonly batchSize: number;
  /** How long a handler that failed is left alone. */
  readonly retryMs: number;
  /** After this silence the others take a process's partitions over. */
  readonly sessionTimeoutMs: number;
  readonly onFailure: (error: unknown) => void;
  /** It is a member of the group. */
  readonly onSuccess: () => void;
}

/** An idle fetch waits so long for records: no less is asked of an idle broker than ten times a second. */
const FETCH_WAIT_MS = 100;
const HEARTBEATS_A_SESSION = 4;
/** Records that are taken together are of several sales, and go to the ledger side by side. */
const SALES_AT_ONCE = 2;

/**
 * One member of the group of processors. A record's offset is committed after its events are in the ledger: what a
 * crash or a rebalance brings twice is skipped there by its number.
 */
export class KafkaConsumer {
  readonly #store: Store;
  readonly #options: KafkaConsumerOptions;
  readonly #backoff = new Backoff();
  #consumer: Consumer | null = null;
  #partitions = 0;
  #newest: RecordBatch | null = null;
  #isDrained = false;

  constructor(store: Store, options: KafkaConsumerOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Whether the group has given the sale's partition to this process. */
  owns(saleId: string): boolean {
    return this.#partitions > 0 && this.#assigned().includes(partitionOf(saleId, this.#partitions));
  }

  /** Whether every record that has come has been dealt with. */
  get isDrained(): boolean {
    return this.#isDrained;
  }

  async run(handler: EventHandler, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#session(handler, signal);
      } catch (error) {
        this.#options.onFailure(error);
        await pause(this.#backoff.nextMs(), signal);
      }
    }
  }

  /** A membership in the group, until it fails or is no longer wanted. */
  async #session(handler: EventHandler, signal: AbortSignal): Promise<void> {
    const { topic, batchSize } = this.#options;
    const consumer = this.#open();
    this.#consumer = consumer;
    try {
      // Without an offset of the group's own it begins with the oldest record: the newest would lose what came before.
      const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' });
      const queue = new MessageQueue(stream, SALES_AT_ONCE * batchSize);
      consumer.on('error', (error: Error) => queue.fail(error));
      consumer.on('consumer:heartbeat:stalled', ({ lastError }) => queue.fail(lastError));
      const metadata = await consumer.metadata({ topics: [topic] });
      this.#partitions = metadata.topics.get(topic)?.partitionsCount ?? 0;
      this.#options.onSuccess();
      this.#isDrained = true;
      await this.#consume(queue, handler, signal);
    } finally {
      this.#consumer = null;
      this.#isDrained = false;
      await consumer.close(true);
    }
  }

  #open(): Consumer {
    const { cluster, groupId, sessionTimeoutMs } = this.#options;
    return new Consumer({
      ...clientOptions(cluster),
      groupId,
      autocommit: false,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: 2 * sessionTimeoutMs,
      heartbeatInterval: Math.ceil(sessionTimeoutMs / HEARTBEATS_A_SESSION),
      maxWaitTime: FETCH_WAIT_MS,
    });
  }

  /**
   * Reads a batch while the ledger takes the one before it, and says of that one that it is done while the ledger takes
   * the next. Leaves none behind that is under way.
   */
  async #consume(queue: MessageQueue, handler: EventHandler, signal: AbortSignal): Promise<void> {
    let delivered = Promise.resolve();
    let concluded = Promise.resolve();
    try {
      while (!signal.aborted) {
        const messages = await queue.take(signal);
        const batch = new RecordBatch(messages, this.#store, this.#options);
        await delivered;
        this.#newest = batch;
        this.#isDrained = messages.length === 0;
        delivered = batch.deliver(handler, signal);
        concluded = Promise.all([delivered, concluded]).then(() => this.#conclude(batch, messages, signal));
        concluded.catch((error) => queue.fail(error));
      }
    } finally {
      await Promise.allSettled([delivered, concluded]);
    }
  }

  async #conclude(batch: RecordBatch, messages: readonly Message[], signal: AbortSignal): Promise<void> {
    await batch.trim(signal);
    if (signal.aborted) return;
    await this.#commit(messages);
    this.#backoff.reset();
    this.#isDrained = batch === this.#newest;
  }

  /** Of partitions that are still ours: the others' consumers know better. */
  async #commit(messages: readonly Message[]): Promise<void> {
    const assigned = this.#assigned();
    const last = new Map(messages.map((message) => [message.partition, message]));
    const offsets = [...last.values()]
      .filter(({ partition }) => assigned.includes(partition))
      .map(({ topic, partition, offset, leaderEpoch }) => ({ topic, partition, offset: offset + 1n, leaderEpoch }));
    if (offsets.length > 0) await this.#consumer?.commit({ offsets });
  }

  #assigned(): readonly number[] {
    const { topic } = this.#options;
    return this.#consumer?.assignments?.find((assignment) => assignment.topic === topic)?.partitions ?? [];
  }
}
