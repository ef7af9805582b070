import { writeAudit } from '../database/audit-log.ts';
import { type FulfilmentMove, type FulfilmentOutcome, moveFulfilment } from '../database/orders.ts';
import type { Ledger } from '../database/schema.ts';
import type { Store } from '../store/store.ts';
import type { Operator } from './operator.ts';

/** Takes a paid order one step further to its buyer. Only a step is written down; asking twice is answered alike. */
export async function recordFulfilment(
  { store, ledger }: { readonly store: Store; readonly ledger: Ledger },
  operator: Operator,
  step: Pick<FulfilmentMove, 'orderId' | 'to' | 'note'>,
): Promise<FulfilmentOutcome> {
  const nowMs = await store.now();
  const outcome = await moveFulfilment(ledger, { ...step, nowMs, correlationId: operator.correlationId });
  if (outcome !== 'moved') return outcome;
  const detail = { fulfilment: step.to };
  await writeAudit(ledger, { atMs: nowMs, ...operator, action: 'fulfilment_recorded', target: step.orderId, detail });
  return outcome;
}
