import { recordVerdicts } from '../database/review-verdicts.ts';
import {
  forgetErasedTraits,
  groupsOf,
  type SaleToReview,
  salesToReview,
  takeTurn,
  unreviewedOrders,
  writeTraits,
} from '../database/risk-evidence.ts';
import type { Ledger } from '../database/schema.ts';
import { findRisks } from '../domain/risk.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';

interface ExaminePorts {
  readonly store: Pick<Store, 'now'>;
  readonly ledger: Ledger;
  readonly events: EngineEvents;
}

/** Orders looked at in one transaction. */
const BATCH = 500;

/**
 * Looks at every paid order that waits for risk review, in whichever sale, behind the order log and away from
 * purchases and payments. Any number of processes may do it at once: of each sale's, one at a time.
 */
export async function examineOrders(ports: ExaminePorts): Promise<void> {
  for (const sale of await salesToReview(ports.ledger)) {
    while ((await examineBatch(ports, sale)) === BATCH);
  }
}

/** Returns how many orders it looked at: 0 also when another process is at it. */
async function examineBatch({ store, ledger, events }: ExaminePorts, sale: SaleToReview): Promise<number> {
  const nowMs = await store.now();
  const { examined, ...verdicts } = await ledger.transaction().execute(async (tx) => {
    const isOurTurn = await takeTurn(tx, sale.saleId);
    return isOurTurn ? examineIn(tx, sale, nowMs) : { examined: 0, flagged: 0, passed: 0 };
  });
  events.ordersExamined(sale.saleId, verdicts);
  return examined;
}

async function examineIn(tx: Ledger, { saleId, rules }: SaleToReview, nowMs: number) {
  const orders = await unreviewedOrders(tx, saleId, BATCH);
  await writeTraits(tx, saleId, orders);
  const findings = findRisks(await groupsOf(tx, saleId, orders), rules);
  const examined = orders.map(({ orderId }) => orderId);
  const verdicts = await recordVerdicts(tx, { saleId, examined, findings, nowMs });
  await forgetErasedTraits(tx, examined);
  return { examined: orders.length, ...verdicts };
}
