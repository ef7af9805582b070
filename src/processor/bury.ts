import { writeDeadLetter } from '../database/dead-letters.ts';
import { lockPosition, movePosition } from '../database/log-positions.ts';
import type { Ledger } from '../database/schema.ts';
import type { DeadLetterReason } from '../domain/dead-letter.ts';
import type { OrderEvent } from '../domain/order-event.ts';
import type { UnreadableEntry } from '../order-log/order-log.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

export interface BuryPorts {
  readonly store: Pick<Store, 'now'>;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
}

/**
 * Makes an event a dead letter and moves the sale's position behind it, in one transaction. Does neither if another
 * consumer was faster. One of an epoch that is over has no number to use up: the position stays.
 */
export async function buryEvent(
  { store, ledger, events }: BuryPorts,
  event: OrderEvent,
  reason: DeadLetterReason,
): Promise<number | 'busy'> {
  const nowMs = await store.now();
  const { position, letter } = await ledger.transaction().execute(async (tx) => {
    const before = await lockPosition(tx, event.saleId);
    if (!before) return { position: 'busy' as const, letter: null };
    const isOver = event.epoch < before.epoch;
    if (!isOver && event.seq !== before.seq + 1) return { position: before.seq, letter: null };
    const letter = await writeDeadLetter(tx, { ...failureOf(event), reason, nowMs });
    if (isOver) return { position: before.seq, letter };
    await movePosition(tx, event.saleId, event);
    return { position: event.seq, letter };
  });
  if (letter) events.deadLetterRaised(letter);
  return position;
}

/** Keeps an entry of the order log that is no event. It has no number, and so no place in any order. */
export async function buryUnreadable({ store, ledger, events }: BuryPorts, entry: UnreadableEntry): Promise<void> {
  const { id, saleId, correlationId, body, reason } = entry;
  const letter = await writeDeadLetter(ledger, {
    kind: 'undecodable',
    subject: id,
    saleId,
    orderId: null,
    reason: 'undecodable',
    payload: { body, reason },
    attempts: 1,
    correlationId: correlationId ?? id,
    nowMs: await store.now(),
  });
  if (letter) events.deadLetterRaised(letter);
}

function failureOf(event: OrderEvent) {
  const { saleId, epoch, seq, correlationId } = event;
  const subject = `${saleId}/${epoch}-${seq}`;
  return {
    kind: 'event',
    subject,
    saleId,
    orderId: orderIdOf(event),
    payload: event,
    attempts: 1,
    correlationId,
  } as const;
}

/** Also of an event that has not the shape of one. */
function orderIdOf(event: OrderEvent): string | null {
  return 'order' in event && typeof event.order?.orderId === 'string' ? event.order.orderId : null;
}
