import {
  closeLettersOfSettledPayments,
  countOpenDeadLetters,
  type DeadLetter,
  markAnnounced,
  unannouncedDeadLetters,
} from '../database/dead-letters.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

export interface DeadLetterPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
  /** Tells others of letters that are new, or open again: each at least once. Absent: nobody follows them. */
  readonly announceDeadLetters?: ((letters: readonly DeadLetter[]) => Promise<void>) | undefined;
}

const ANNOUNCED_PER_STEP = 100;

/** Closes the letters whose cause is gone, counts those that are open, and tells of those that are new. */
export async function tendDeadLetters(ports: DeadLetterPorts): Promise<void> {
  const nowMs = await closeAndCount(ports).catch((error: unknown) => {
    ports.events.deadLettersUnknown();
    throw error;
  });
  await announceNew(ports, nowMs);
}

/** Returns the time at which it counted. */
async function closeAndCount({ store, ledger, events }: DeadLetterPorts): Promise<number> {
  const nowMs = await store.now();
  await closeLettersOfSettledPayments(ledger, { resolvedBy: 'processor', nowMs });
  const open = await countOpenDeadLetters(ledger);
  const oldestMs = Math.min(nowMs, ...open.map(({ oldestFailedAtMs }) => oldestFailedAtMs));
  events.deadLettersCounted(open, nowMs - oldestMs);
  return nowMs;
}

async function announceNew({ ledger, announceDeadLetters }: DeadLetterPorts, nowMs: number): Promise<void> {
  if (!announceDeadLetters) return;
  const letters = await unannouncedDeadLetters(ledger, ANNOUNCED_PER_STEP);
  if (letters.length === 0) return;
  await announceDeadLetters(letters);
  const ids = letters.map(({ deadLetterId }) => deadLetterId);
  await markAnnounced(ledger, ids, nowMs);
}
