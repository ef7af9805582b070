import type { PaymentState } from '../domain/payment.ts';
import type { Ledger } from './schema.ts';

const OPEN_STATES: readonly PaymentState[] = ['created', 'authorised', 'claimed', 'captured', 'abandoned', 'refunding'];

/** Something is known about the attempt: a worker looks at it now. An attempt that has ended stays as it is. */
export async function hastenAttempt(
  db: Ledger,
  { attemptId, nowMs }: { readonly attemptId: string; readonly nowMs: number },
): Promise<void> {
  await db
    .updateTable('payments')
    .set({ next_try_at: new Date(nowMs) })
    .where('attempt_id', '=', attemptId)
    .where('state', 'in', OPEN_STATES)
    .execute();
}

/**
 * Frees what a worker of this name has leased, except for attempts that it is busy with: what it left when it died, or
 * when the ledger went away under it. For a process that knows that it is the only one of this name.
 */
export async function releaseLeases(db: Ledger, workerId: string, busyWith: readonly string[] = []): Promise<void> {
  const leased = leasedBy(db, workerId);
  await db
    .updateTable('payments')
    .set({ lease_until: null, leased_by: null })
    .where('attempt_id', 'in', busyWith.length === 0 ? leased : leased.where('attempt_id', 'not in', busyWith))
    .execute();
}

interface LeaseRenewal {
  readonly workerId: string;
  readonly attemptIds: readonly string[];
  readonly leaseUntilMs: number;
}

/** Keeps what a worker has leased, as far as nobody else has taken it over. */
export async function renewLeases(db: Ledger, { workerId, attemptIds, leaseUntilMs }: LeaseRenewal): Promise<void> {
  await db
    .updateTable('payments')
    .set({ lease_until: new Date(leaseUntilMs) })
    .where('attempt_id', 'in', leasedBy(db, workerId).where('attempt_id', 'in', attemptIds))
    .execute();
}

/** Locked by id, as everybody locks attempts: a batch of moves on the same rows would end in a deadlock otherwise. */
function leasedBy(db: Ledger, workerId: string) {
  return db
    .selectFrom('payments')
    .select('attempt_id')
    .where('leased_by', '=', workerId)
    .orderBy('attempt_id')
    .forUpdate();
}
