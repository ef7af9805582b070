import { compatibilityPartitioner, type Message } from '@platformatic/kafka';
import { eventFromJson, eventToJson, UnreadableEvent } from '../../domain/event-json.ts';
import { type OrderEvent, traceparentOf } from '../../domain/order-event.ts';
import type { UnreadableEntry } from '../order-log.ts';
import type { TextRecord } from './kafka-producer.ts';

/** The key is the sale, so that a sale's events stay in order; the headers are for whoever looks on. */
export function recordOf(topic: string, event: OrderEvent): TextRecord {
  const { saleId, correlationId } = event;
  const traceparent = traceparentOf(event);
  const headers = { correlation_id: correlationId, ...(traceparent !== undefined && { traceparent }) };
  return { topic, key: saleId, value: eventToJson(event), headers };
}

/** Where Kafka's own clients too would put a sale. */
export function partitionOf(saleId: string, partitions: number): number {
  return compatibilityPartitioner({ topic: '' }, Buffer.from(saleId)) % partitions;
}

/** The event of a record, or what an operator should know of one that has none. */
export function readRecord(record: Message): OrderEvent | UnreadableEntry {
  const body = record.value?.toString() ?? '';
  try {
    const event = eventFromJson(body);
    if (event.saleId !== record.key?.toString()) throw new UnreadableEvent('its key is not its sale');
    return event;
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    return {
      id: `${record.topic}/${record.partition}/${record.offset}`,
      saleId: record.key?.toString() || null,
      correlationId: headerOf(record, 'correlation_id'),
      body,
      reason: error.message,
    };
  }
}

function headerOf({ headerEntries }: Message, name: string): string | null {
  return headerEntries.find(([key]) => key.toString() === name)?.[1].toString() ?? null;
}
