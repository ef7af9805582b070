import { writeAudit } from '../database/audit-log.ts';
import { type PaymentAttempt, startRefund } from '../database/payments.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { Operator } from './operator.ts';
import type { PaymentWatch } from './payment-watch.ts';

interface RefundPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly watch: PaymentWatch;
}

/** Gives a paid order's money back; `note` says why, in the timeline. Its units stay sold: an operator who wants to sell them again restocks. */
export async function refundOrder(
  { store, ledger, watch }: RefundPorts,
  operator: Operator,
  orderId: string,
  note: string | undefined,
): Promise<PaymentAttempt | 'wrong_state'> {
  const nowMs = await store.now();
  const attempt = await startRefund(ledger, { orderId, by: operator.actor, note, nowMs });
  if (!attempt) return 'wrong_state';
  const detail = note === undefined ? {} : { note };
  await writeAudit(ledger, { atMs: nowMs, ...operator, action: 'order_refunded', target: orderId, detail });
  watch.nudge();
  return attempt;
}
