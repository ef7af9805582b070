import type { PurchaseRequest } from '../../src/domain/purchase.ts';
import type { Place, TicketRef } from '../../src/domain/queueing.ts';
import type { SaleDefinition, WaitingRoomRules } from '../../src/domain/sale.ts';
import type { Admission } from '../../src/domain/shop-floor.ts';
import type { ManualClock } from './clock.ts';
import { purchaseRequest, saleDefinition, waitingRoomRules } from './sale-fixtures.ts';
import { orderOf, SaleRig } from './sale-rig.ts';

/** A sale that people queue for, by the rules that are not named as in the fixtures. */
export function queueingRig(
  rules: Partial<WaitingRoomRules> = {},
  sale: Partial<SaleDefinition> = {},
  clock?: ManualClock,
): SaleRig {
  return new SaleRig(saleDefinition({ waitingRoom: waitingRoomRules(rules), ...sale }), clock);
}

/** Joins, which must succeed. */
export function join(rig: SaleRig, userId: string, held = false): TicketRef {
  const outcome = rig.join({ userId, held });
  if (outcome.code !== 'joined') throw new Error(`${userId} did not join: ${outcome.code}`);
  return { saleId: rig.live.saleId, userId, ticket: outcome.place.ticket };
}

/** `user-0`, `user-1` and so on join. */
export function joinAll(rig: SaleRig, count: number): TicketRef[] {
  return Array.from({ length: count }, (_, user) => join(rig, `user-${user}`));
}

export function placeOf(rig: SaleRig, ref: TicketRef): Place {
  const place = rig.place(ref);
  if (!place) throw new Error(`${ref.userId} has no place`);
  return place;
}

/** Comes in, which must succeed. */
export function enter(rig: SaleRig, ref: TicketRef): Admission {
  const outcome = rig.admit(ref);
  if (outcome.code !== 'admitted') throw new Error(`${ref.userId} did not come in: ${outcome.code}`);
  return outcome.admission;
}

/** Joins, is called and comes in. */
export function joinAndEnter(rig: SaleRig, userId: string): TicketRef & Admission {
  const ref = join(rig, userId);
  rig.advanceGate();
  return { ...ref, ...enter(rig, ref) };
}

/** A purchase under an admission: one unit, if nothing else is asked. */
export function visitPurchase(
  { userId, ticket, admittedAtMs }: Pick<TicketRef & Admission, 'userId' | 'ticket' | 'admittedAtMs'>,
  request: Partial<PurchaseRequest> = {},
): PurchaseRequest {
  return purchaseRequest({ userId, admission: { ticket, admittedAtMs }, ...request });
}

/** Buys, which must succeed. Returns the order id. */
export function buy(rig: SaleRig, visit: TicketRef & Admission, request: Partial<PurchaseRequest> = {}): string {
  return orderOf(rig.purchase(visitPurchase(visit, request))).orderId;
}
