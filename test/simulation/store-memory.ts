import type { PurchaseOutcome } from '../../src/domain/purchase.ts';
import type { AdmitOutcome, JoinOutcome, TicketRef } from '../../src/domain/queueing.ts';
import type { Admission } from '../../src/domain/shop-floor.ts';
import type { OrderRef } from '../../src/store/store.ts';
import type { Step, TicketChoice } from './store-commands.ts';

const NO_ORDER: OrderRef = { saleId: 'sale-1', orderId: 'no-order' };

/** What the earlier steps of a history came to, newest first: later steps build on it. */
export class StoreMemory {
  readonly #orders: OrderRef[] = [];
  #tickets: TicketRef[] = [];
  #admissions: (TicketRef & Admission)[] = [];

  get tickets(): readonly TicketRef[] {
    return this.#tickets;
  }

  /** The order that a step makes, or is about. */
  orderOf(step: Step, stepId: string): OrderRef {
    if (step.type === 'purchase') return { saleId: step.saleId, orderId: `order-of-${stepId}` };
    return ('order' in step && this.#orders[step.order]) || NO_ORDER;
  }

  /** The ticket that a step is about: one that is not there, where the buyer has none. */
  ticketOf({ saleId, userId, ticket }: { saleId: string; userId: string; ticket: TicketChoice }): TicketRef {
    const inSale = this.#tickets.filter((ref) => ref.saleId === saleId);
    const own = inSale.filter((ref) => ref.userId === userId);
    const foreign = inSale.find((ref) => ref.userId !== userId);
    const chosen = { newest: own[0], first: own.at(-1), foreign }[ticket];
    return { saleId, userId, ticket: chosen?.ticket ?? 99 };
  }

  /** The buyer's newest admission, or the newest of anybody. */
  admission(saleId: string, userId: string | null): Pick<Admission, 'ticket' | 'admittedAtMs'> | null {
    const inSale = this.#admissions.filter((known) => known.saleId === saleId);
    const found = userId === null ? inSale[0] : inSale.find((known) => known.userId === userId);
    return found ? { ticket: found.ticket, admittedAtMs: found.admittedAtMs } : null;
  }

  /** What a step came to. */
  note(step: Step, stepId: string, answer: unknown): void {
    if (step.type === 'purchase') this.#purchased(this.orderOf(step, stepId), answer as PurchaseOutcome);
    if (step.type === 'join') this.#joined(step.saleId, step.userId, answer as JoinOutcome);
    if (step.type === 'admit') this.#admitted(this.ticketOf(step), answer as AdmitOutcome);
    if (step.type === 'forget' && answer === 'forgotten') this.#forgotten(step.saleId);
  }

  #purchased(ref: OrderRef, outcome: PurchaseOutcome): void {
    if (outcome.code === 'reserved' && !outcome.replayed) this.#orders.unshift(ref);
  }

  #joined(saleId: string, userId: string, outcome: JoinOutcome): void {
    if (outcome.code !== 'joined') return;
    const { ticket } = outcome.place;
    const isKnown = this.#tickets.some((ref) => ref.saleId === saleId && ref.ticket === ticket);
    if (!isKnown) this.#tickets.unshift({ saleId, userId, ticket });
  }

  #admitted(ref: TicketRef, outcome: AdmitOutcome): void {
    if (outcome.code === 'admitted' && !outcome.replayed) this.#admissions.unshift({ ...ref, ...outcome.admission });
  }

  /** Tickets begin anew in a sale that is forgotten and prepared again. */
  #forgotten(saleId: string): void {
    this.#tickets = this.#tickets.filter((known) => known.saleId !== saleId);
    this.#admissions = this.#admissions.filter((known) => known.saleId !== saleId);
  }
}
