import { SpanKind } from '@opentelemetry/api';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';
import { type OrderEvent, traceparentOf } from '../../domain/order-event.ts';
import { Backoff } from '../../resilience/backoff.ts';
import type { SaleView, Store } from '../../store/store.ts';
import { isTracing, tracedBatch } from '../../telemetry/tracing.ts';
import { pause } from '../pause.ts';
import { recordOf } from './event-record.ts';
import { KafkaProducer } from './kafka-producer.ts';

export interface KafkaRelayOptions {
  readonly cluster: KafkaCluster;
  readonly topic: string;
  /** Events a request. */
  readonly batchSize: number;
  /** How often the store is asked for new events. */
  readonly pollMs: number;
  /** How long the ledger may take no notice of what was relayed before it is relayed again. */
  readonly resendMs: number;
  /** Whether this process is the one to relay a sale's events. More than one does no harm. */
  readonly isMine: (saleId: string) => boolean;
  /** Whether all that came out of Kafka has been dealt with: what is still missing must have been lost there. */
  readonly isDrained: () => boolean;
  readonly onFailure: (error: unknown) => void;
  readonly onSuccess: () => void;
}

const KAFKA = { kind: SpanKind.PRODUCER, attributes: { 'messaging.system': 'kafka' } };

/** Of one sale, until the others get their turn. */
const BATCHES_A_TURN = 4;

/** How far a sale's events have been relayed, and since when the ledger has not moved. */
interface Progress {
  relayedSeq: number;
  trimmedSeq: number;
  standsSinceMs: number;
}

/**
 * Brings the events of every sale from the store's outbox to Kafka, in order, each at least once. Begins behind the
 * ledger's position, which the outbox is trimmed to: after a restart some events come twice, and none is missing.
 * While Kafka is down the outbox holds them.
 */
export class KafkaRelay {
  readonly #store: Store;
  readonly #options: KafkaRelayOptions;
  readonly #progress = new Map<string, Progress>();
  readonly #backoff = new Backoff();
  readonly #producer: KafkaProducer;

  constructor(store: Store, options: KafkaRelayOptions) {
    this.#store = store;
    this.#options = options;
    this.#producer = new KafkaProducer(options.cluster);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const sent = await this.#relayAll();
        this.#backoff.reset();
        this.#options.onSuccess();
        if (!sent) await pause(this.#options.pollMs, signal);
      } catch (error) {
        this.#options.onFailure(error);
        await pause(this.#backoff.nextMs(), signal);
      }
    }
    await this.#producer.close();
  }

  /** Some batches of each sale. Returns whether there was any. */
  async #relayAll(): Promise<boolean> {
    const { views } = await this.#store.listSales();
    const mine = views.filter(({ sale }) => this.#options.isMine(sale.saleId));
    this.#forgetOthers(mine);
    const outcomes = await Promise.allSettled(mine.map((view) => this.#relay(view)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value);
  }

  #forgetOthers(mine: readonly SaleView[]): void {
    const ids = new Set(mine.map(({ sale }) => sale.saleId));
    for (const saleId of this.#progress.keys()) if (!ids.has(saleId)) this.#progress.delete(saleId);
  }

  /** Reads the next batch while the brokers take the one before it. Returns whether there was any. */
  async #relay(view: SaleView): Promise<boolean> {
    const { saleId } = view.sale;
    const progress = this.#progressOf(view);
    const begunAtSeq = progress.relayedSeq;
    let seq = begunAtSeq;
    let sent = Promise.resolve();
    for (let turn = 0; turn < BATCHES_A_TURN && seq < view.lastSeq; turn++) {
      const [events] = await Promise.all([this.#store.readEvents(saleId, seq, this.#options.batchSize), sent]);
      const last = events.at(-1);
      if (!last) break;
      sent = this.#send(events, progress);
      seq = last.seq;
    }
    await sent;
    return seq > begunAtSeq;
  }

  async #send(events: readonly OrderEvent[], progress: Progress): Promise<void> {
    const records = events.map((event) => recordOf(this.#options.topic, event));
    const origins = isTracing() ? events.map(traceparentOf) : [];
    await tracedBatch('kafka send', { origins, ...KAFKA }, () => this.#producer.send(records));
    progress.relayedSeq = events.at(-1)?.seq ?? progress.relayedSeq;
  }

  #progressOf(view: SaleView): Progress {
    const { trimmedSeq } = view;
    const nowMs = performance.now();
    const known = this.#progress.get(view.sale.saleId);
    const progress: Progress =
      known && goesOn(known, view) ? known : { relayedSeq: trimmedSeq, trimmedSeq, standsSinceMs: nowMs };
    this.#progress.set(view.sale.saleId, progress);
    const waits = progress.relayedSeq > trimmedSeq && progress.trimmedSeq === trimmedSeq && this.#options.isDrained();
    if (!waits) progress.standsSinceMs = nowMs;
    progress.trimmedSeq = trimmedSeq;
    progress.relayedSeq = Math.max(progress.relayedSeq, trimmedSeq);
    if (nowMs - progress.standsSinceMs < this.#options.resendMs) return progress;
    return Object.assign(progress, { relayedSeq: trimmedSeq, standsSinceMs: nowMs });
  }
}

/** Otherwise the store is another one, or an older copy of itself. */
function goesOn(known: Progress, { trimmedSeq, lastSeq }: SaleView): boolean {
  return known.trimmedSeq <= trimmedSeq && known.relayedSeq <= lastSeq;
}
