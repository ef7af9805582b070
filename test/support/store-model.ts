import type { Order, ReleaseReason } from '../../src/domain/order.ts';
import type { OrderEvent } from '../../src/domain/order-event.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../src/domain/purchase.ts';
import type {
  AdmitOutcome,
  FindOutcome,
  JoinOutcome,
  JoinRequest,
  Place,
  TicketRef,
} from '../../src/domain/queueing.ts';
import type { RecoveredSale, SaleVersion } from '../../src/domain/recovered-sale.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import type { ChangeOutcome, SaleCommand } from '../../src/domain/sale-change.ts';
import type { SettlementOutcome } from '../../src/domain/settlement.ts';
import {
  type Adoption,
  type OrderRef,
  type SaleList,
  SaleRecovering,
  type SaleSnapshot,
  type SaleView,
  type Store,
} from '../../src/store/store.ts';
import { ManualClock } from './clock.ts';
import { SaleRig } from './sale-rig.ts';

export interface ModelStoreOptions {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly outboxMax: number;
}

/** The store as the port describes it, with nothing but the domain in it: no journal, no waiting. What adapters are compared with. */
export class ModelStore implements Store {
  readonly #options: ModelStoreOptions;
  readonly #clock = new ManualClock(0);
  readonly #rigs = new Map<string, SaleRig>();

  constructor(options: ModelStoreOptions) {
    this.#options = options;
  }

  async now(): Promise<number> {
    this.#clock.set(Math.max(this.#clock.read(), this.#options.clock()));
    return this.#clock.read();
  }

  async prepareSale(sale: SaleDefinition, epoch: number, correlationId: string): Promise<'prepared' | 'wrong_state'> {
    return this.#on(sale.saleId, (known) => {
      if (!known) this.#rigs.set(sale.saleId, new SaleRig(sale, this.#clock, epoch, correlationId));
      else if (known.mayPrepare(sale)) known.prepare(sale, correlationId);
      else return 'wrong_state';
      return 'prepared';
    });
  }

  async readSale(saleId: string): Promise<SaleView | null> {
    const snapshot = await this.snapshot(saleId);
    return snapshot ? viewOf(snapshot) : null;
  }

  async listSales(): Promise<SaleList> {
    const snapshots = await Promise.all([...this.#rigs.keys()].map((saleId) => this.snapshot(saleId)));
    return { views: snapshots.filter((snapshot) => snapshot !== null).map(viewOf), unreachable: [] };
  }

  async changeSale(saleId: string, change: SaleCommand, correlationId: string): Promise<ChangeOutcome> {
    return this.#on(saleId, (rig) => rig?.change(change, correlationId) ?? 'not_found');
  }

  async fence(saleId: string): Promise<void> {
    const rig = this.#rigs.get(saleId);
    if (rig) rig.isFenced = true;
  }

  async adopt(saleId: string, { epoch, expectedEpoch, expectedSeq }: Adoption): Promise<'adopted' | 'changed'> {
    return this.#look(saleId, (rig) => {
      if (!isAt(rig, { epoch: expectedEpoch, lastSeq: expectedSeq })) return 'changed';
      rig.adopt(epoch);
      return 'adopted';
    });
  }

  async install(recovered: RecoveredSale): Promise<'installed' | 'changed'> {
    const { sale, epoch, replaces } = recovered;
    return this.#look(sale.saleId, (known) => {
      if (replaces ? !isAt(known, replaces) : known) return 'changed';
      const rig = known ?? new SaleRig(sale, this.#clock, epoch);
      rig.install(recovered);
      this.#rigs.set(sale.saleId, rig);
      return 'installed';
    });
  }

  async forgetSale(saleId: string): Promise<'forgotten' | 'not_found' | 'wrong_state'> {
    return this.#on(saleId, (rig) => {
      if (!rig) return 'not_found';
      const open = [...rig.live.orders()].some((order) => order.state === 'reserved' || order.state === 'paying');
      const running = rig.live.state === 'active' || rig.live.state === 'paused';
      if (open || running || rig.untrimmed > 0) return 'wrong_state';
      this.#rigs.delete(saleId);
      return 'forgotten';
    });
  }

  async purchase(request: PurchaseRequest): Promise<PurchaseOutcome> {
    return this.#on(request.saleId, (rig) => {
      return rig?.purchase(request, rig.untrimmed >= this.#options.outboxMax) ?? { code: 'not_found' };
    });
  }

  async join(request: JoinRequest): Promise<JoinOutcome> {
    return this.#on(request.saleId, (rig) => rig?.join(request) ?? { code: 'not_found' });
  }

  async findPlace(saleId: string, userId: string): Promise<FindOutcome> {
    return this.#on(saleId, (rig) => rig?.findPlace(userId) ?? { code: 'not_found' });
  }

  async leave(ref: TicketRef): Promise<'left' | 'not_found'> {
    return this.#on(ref.saleId, (rig) => rig?.leave(ref) ?? 'not_found');
  }

  async readPlace(ref: TicketRef): Promise<Place | null> {
    return this.#on(ref.saleId, (rig) => rig?.place(ref) ?? null);
  }

  async restore(ref: TicketRef): Promise<Place | null> {
    return this.#on(ref.saleId, (rig) => rig?.restore(ref) ?? null);
  }

  async advanceGate(saleId: string): Promise<number> {
    return this.#on(saleId, (rig) => rig?.advanceGate() ?? 0);
  }

  async admit(ref: TicketRef): Promise<AdmitOutcome> {
    return this.#on(ref.saleId, (rig) => rig?.admit(ref) ?? { code: 'not_found' });
  }

  async readTickets(saleId: string, after: number, limit: number): Promise<string[]> {
    return this.#look(saleId, (rig) => rig?.live.room?.holders(after, limit) ?? []);
  }

  async beginPayment({ saleId, orderId }: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#on(saleId, (rig) => rig?.beginPayment(orderId, attemptId, graceMs) ?? { code: 'not_found' });
  }

  async declinePayment({ saleId, orderId }: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#on(saleId, (rig) => rig?.decline(orderId, attemptId) ?? { code: 'not_found' });
  }

  async confirm({ saleId, orderId }: OrderRef, attemptId: string): Promise<SettlementOutcome> {
    return this.#on(saleId, (rig) => rig?.confirm(orderId, attemptId) ?? { code: 'not_found' });
  }

  async reserveAgain({ saleId, orderId }: OrderRef, attemptId: string, graceMs: number): Promise<SettlementOutcome> {
    return this.#on(saleId, (rig) => rig?.reserveAgain(orderId, attemptId, graceMs) ?? { code: 'not_found' });
  }

  async release(ref: OrderRef, reason: ReleaseReason, attemptId: string | null): Promise<SettlementOutcome> {
    return this.#on(ref.saleId, (rig) => rig?.release(ref.orderId, reason, attemptId) ?? { code: 'not_found' });
  }

  async expireDue(saleId: string, limit: number): Promise<number> {
    return this.#on(saleId, (rig) => rig?.expireDue(limit) ?? 0);
  }

  async duePayments(saleId: string, limit: number): Promise<Order[]> {
    return this.#on(saleId, (rig) => rig?.live.duePayments(rig.nowMs, limit) ?? []);
  }

  async readOrder({ saleId, orderId }: OrderRef): Promise<Order | null> {
    return this.#look(saleId, (rig) => rig?.live.order(orderId) ?? null);
  }

  async readOrders(saleId: string, userId: string): Promise<Order[]> {
    return this.#look(saleId, (rig) => rig?.live.ordersOf(userId) ?? []);
  }

  async snapshot(saleId: string): Promise<SaleSnapshot | null> {
    return this.#look(saleId, (rig) => rig?.snapshot() ?? null);
  }

  async readEvents(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    const events = this.#rigs.get(saleId)?.events ?? [];
    return events.filter(({ seq }) => seq > after).slice(0, limit);
  }

  async trimEvents(saleId: string, upTo: number): Promise<void> {
    const rig = this.#rigs.get(saleId);
    if (rig) rig.trimmedSeq = Math.max(rig.trimmedSeq, Math.min(upTo, rig.live.lastSeq));
  }

  async close(): Promise<void> {}

  /** Decides something about a sale. */
  async #on<T>(saleId: string, operate: (rig: SaleRig | null) => T): Promise<T> {
    return this.#look(saleId, (rig) => {
      if (rig?.isFenced) throw new SaleRecovering(saleId);
      return operate(rig);
    });
  }

  /** Runs one operation on a sale as the clock has left it. */
  async #look<T>(saleId: string, operate: (rig: SaleRig | null) => T): Promise<T> {
    await this.now();
    const before = this.#rigs.get(saleId) ?? null;
    before?.letClockWork();
    return operate(before);
  }
}

function viewOf({ takenAtMs, orders, ...view }: SaleSnapshot): SaleView {
  return view;
}

function isAt(rig: SaleRig | null, { epoch, lastSeq }: SaleVersion): rig is SaleRig {
  return rig !== null && rig.live.epoch === epoch && rig.live.lastSeq === lastSeq;
}
