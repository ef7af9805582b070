import type { OrderLogConfig } from '../config/topology.ts';
import type { DeadLetter } from '../database/dead-letters.ts';
import { deadLetterDocument } from '../engine/dead-letter-document.ts';

/** Tells of dead letters outside. */
export interface DeadLetterFeed {
  announce(letters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}

/** Null where there is no Kafka: letters are in the ledger, and in nothing else, and its client is not loaded. */
export async function openDeadLetterFeed(settings: OrderLogConfig): Promise<DeadLetterFeed | null> {
  if (settings.kind !== 'kafka') return null;
  const { KafkaPublisher } = await import('../order-log/kafka/kafka-publisher.ts');
  const { DEAD_LETTERS_TOPIC } = await import('../order-log/kafka/kafka-topics.ts');
  const publisher = new KafkaPublisher(settings.cluster, DEAD_LETTERS_TOPIC);
  return {
    announce: (letters) => publisher.publish(letters.map(recordOf)),
    close: () => publisher.close(),
  };
}

function recordOf(letter: DeadLetter) {
  const { saleId, subject: key, correlationId } = letter;
  return { key: saleId ?? key, correlationId, document: deadLetterDocument(letter) };
}
