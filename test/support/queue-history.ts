import { isOpen } from '../../src/domain/order.ts';
import type { SaleEvent } from '../../src/store/embedded/event-codec.ts';
import { Journal } from '../../src/store/embedded/journal.ts';
import { RoomEvidence } from './room-evidence.ts';

/** What a journal says of the waiting room in it. */
export interface QueueHistory {
  /** By ticket, from the first. */
  readonly userIds: readonly string[];
  /** `(ticket, admittedAtMs)` of each admission. */
  readonly admissions: ReadonlySet<string>;
  readonly evidence: RoomEvidence;
}

/** Reads a journal that nobody has open, event by event. There is one sale in it. */
export async function readQueueHistory(
  directory: string,
  admissionSeconds: number,
  positionOf: (ticket: number) => number = (ticket) => ticket,
): Promise<QueueHistory> {
  const userIds: string[] = [];
  const admissions = new Set<string>();
  const evidence = new RoomEvidence();
  const follow = (event: SaleEvent) => {
    if (event.type === 'ticket_joined') userIds.push(event.userId);
    if (event.type === 'ticket_admitted') admissions.add(admissionName(event.ticket, event.atMs));
    observe(event, evidence, admissionSeconds, positionOf);
  };
  const journal = await Journal.open({
    directory,
    replay: (_saleId, { events }) => events.forEach(follow),
    onWritten: () => {},
    onFailed: (cause) => cause,
  });
  await journal.close();
  return { userIds, admissions, evidence };
}

export function admissionName(ticket: number, admittedAtMs: number): string {
  return `${ticket} at ${admittedAtMs}`;
}

function observe(
  event: SaleEvent,
  evidence: RoomEvidence,
  admissionSeconds: number,
  positionOf: (ticket: number) => number,
): void {
  switch (event.type) {
    case 'gate_advanced':
      evidence.called(event.nowServing);
      break;
    case 'ticket_admitted': {
      const expiresAtMs = event.atMs + admissionSeconds * 1000;
      const admission = { ticket: event.ticket, admittedAtMs: event.atMs, expiresAtMs };
      evidence.admitted(admission, positionOf(event.ticket));
      break;
    }
    case 'ticket_left':
      evidence.gone(event.ticket, event.atMs);
      break;
    default:
      if ('order' in event && event.order.ticket !== null) {
        const { ticket, state } = event.order;
        if (isOpen(state)) evidence.ordered(ticket);
        else evidence.gone(ticket, event.atMs);
      }
  }
}
