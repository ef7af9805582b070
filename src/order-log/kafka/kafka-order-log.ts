import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { Backoff } from '../../resilience/backoff.ts';
import type { Store } from '../../store/store.ts';
import { type EventHandler, type OrderLog, OrderLogUnavailable } from '../order-log.ts';
import { drainOutbox, outboxLag } from '../outbox-feed.ts';
import { pause } from '../pause.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { untilRead } from './kafka-progress.ts';
import { explained } from './kafka-refusal.ts';
import { KafkaRelay } from './kafka-relay.ts';
import { ensureTopics, ORDERS_TOPIC, TOPIC_PLANS } from './kafka-topics.ts';

export interface KafkaOrderLogOptions {
  readonly cluster: KafkaCluster;
  /** Events a batch. */
  readonly batchSize: number;
  /** How often the store is asked for new events. */
  readonly pollMs: number;
  /** How long a handler that failed is left alone. */
  readonly retryMs: number;
  /** How long the ledger may take no notice of what was relayed before it is relayed again. */
  readonly resendMs: number;
  /** After this silence the others take a process's partitions over. */
  readonly sessionTimeoutMs: number;
  readonly onFailure: (task: string, error: unknown) => void;
  /** `tidegate.orders` unless given. */
  readonly topic?: string;
  /** `tidegate-processors` unless given. */
  readonly groupId?: string;
}

/** A rebalance of the group takes some session time-outs. */
const DRAIN_PATIENCE_MS = 30_000;
const GROUP_ID = 'tidegate-processors';
/** Some 400 KB: brokers take a megabyte of topics that somebody else has made. */
const RELAY_BATCH_SIZE = 500;

/**
 * The way over Kafka: a relay from the outbox to a topic keyed by sale, and a group of processors that reads it. The
 * group decides both who reads a partition and who relays its sales. No event leaves the outbox before the ledger has
 * it, so Kafka may lose what it likes.
 */
export class KafkaOrderLog implements OrderLog {
  readonly #store: Store;
  readonly #options: KafkaOrderLogOptions;
  readonly #consumer: KafkaConsumer;
  readonly #relay: KafkaRelay;
  /** By task. */
  readonly #failing = new Map<string, unknown>();

  constructor(store: Store, options: KafkaOrderLogOptions) {
    const { topic = ORDERS_TOPIC, groupId = GROUP_ID } = options;
    this.#store = store;
    this.#options = options;
    this.#consumer = new KafkaConsumer(store, {
      ...options,
      topic,
      groupId,
      ...this.#watch('Kafka consumer'),
    });
    this.#relay = new KafkaRelay(store, {
      ...options,
      batchSize: Math.min(options.batchSize, RELAY_BATCH_SIZE),
      topic,
      isMine: (saleId) => this.#consumer.owns(saleId),
      isDrained: () => this.#consumer.isDrained,
      ...this.#watch('Kafka relay'),
    });
  }

  async consume(handler: EventHandler, signal: AbortSignal): Promise<void> {
    await this.#untilTopics(signal);
    await Promise.all([this.#relay.run(signal), this.#consumer.run(handler, signal)]);
  }

  /** What the store still holds and what Kafka holds may each be more than the other. */
  async drain(saleId: string, handler: EventHandler): Promise<void> {
    const { topic = ORDERS_TOPIC, groupId = GROUP_ID } = this.#options;
    await untilRead(saleId, { ...this.#options, topic, groupId, patienceMs: DRAIN_PATIENCE_MS });
    await drainOutbox(this.#store, saleId, handler, this.#options);
  }

  async lag(): Promise<number> {
    return outboxLag(this.#store);
  }

  check(): void {
    const [failing] = this.#failing;
    if (failing) throw new OrderLogUnavailable(`${failing[0]} fails`, { cause: failing[1] });
  }

  /** What fails is tried again until it does not. */
  #watch(task: string) {
    return {
      onFailure: (failure: unknown) => {
        const error = explained(failure, this.#options.cluster);
        this.#failing.set(task, error);
        this.#options.onFailure(task, error);
      },
      onSuccess: () => void this.#failing.delete(task),
    };
  }

  async #untilTopics(signal: AbortSignal): Promise<void> {
    const { cluster, topic = ORDERS_TOPIC } = this.#options;
    const { onFailure, onSuccess } = this.#watch('Kafka topics');
    const plans = TOPIC_PLANS.map((plan) => (plan.name === ORDERS_TOPIC ? { ...plan, name: topic } : plan));
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        await ensureTopics(cluster, plans);
        return onSuccess();
      } catch (error) {
        onFailure(error);
        await pause(backoff.nextMs(), signal);
      }
    }
  }
}
