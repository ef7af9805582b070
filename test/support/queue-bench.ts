import { expect } from 'vitest';
import type { PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.ts';
import type { JoinOutcome, Place, RoomView, TicketRef } from '../../src/domain/queueing.ts';
import type { SaleDefinition, WaitingRoomRules } from '../../src/domain/sale.ts';
import type { Admission } from '../../src/domain/shop-floor.ts';
import { visitPurchase } from './room-visits.ts';
import { waitingRoomRules } from './sale-fixtures.ts';
import type { StoreBench } from './store-bench.ts';

/** A buyer who has been let in. */
export type Visit = TicketRef & Admission;

/** What nearly every test of a waiting room does with the store under test. Its sale is `sale-1`. */
export class QueueBench {
  readonly #bench: StoreBench;

  constructor(bench: StoreBench) {
    this.#bench = bench;
  }

  /** A sale that people queue for: rules and fields that are not named are as in the fixtures. */
  async prepare(rules: Partial<WaitingRoomRules> = {}, sale: Partial<SaleDefinition> = {}): Promise<void> {
    expect(await this.#bench.prepare({ waitingRoom: waitingRoomRules(rules), ...sale })).toBe('prepared');
  }

  tryJoin(userId: string, held = false): Promise<JoinOutcome> {
    return this.#bench.store.join({ saleId: 'sale-1', userId, held, correlationId: 'join' });
  }

  /** Joins, which must succeed. */
  async join(userId: string, held = false): Promise<TicketRef & Place> {
    const outcome = await this.tryJoin(userId, held);
    if (outcome.code !== 'joined') throw new Error(`${userId} did not join: ${outcome.code}`);
    return { saleId: 'sale-1', userId, ...outcome.place };
  }

  place(ref: TicketRef): Promise<Place | null> {
    return this.#bench.store.readPlace(ref);
  }

  advanceGate(): Promise<number> {
    return this.#bench.store.advanceGate('sale-1');
  }

  /** Comes in, which must succeed. */
  async enter(ref: TicketRef): Promise<Visit> {
    const outcome = await this.#bench.store.admit(ref);
    if (outcome.code !== 'admitted') throw new Error(`${ref.userId} did not come in: ${outcome.code}`);
    const { saleId, userId } = ref;
    return { saleId, userId, ...outcome.admission };
  }

  /** Joins, is called and comes in. */
  async visit(userId: string): Promise<Visit> {
    const ref = await this.join(userId);
    await this.advanceGate();
    return this.enter(ref);
  }

  async purchaseCode(visit: Visit, request: Partial<PurchaseRequest> = {}): Promise<PurchaseOutcome['code']> {
    return (await this.#bench.store.purchase(visitPurchase(visit, request))).code;
  }

  /** Pays for an order, which must succeed. */
  async pay(request: PurchaseRequest): Promise<void> {
    await this.#bench.store.beginPayment(request, 'paid', 0);
    expect(await this.#bench.store.confirm(request, 'paid')).toMatchObject({ code: 'done' });
  }

  async room(): Promise<RoomView> {
    const { room } = await this.#bench.view();
    if (!room) throw new Error('nobody queues in this sale');
    return room;
  }
}
