import { randomUUID } from 'node:crypto';
import { pick } from '../../src/cli/simulate/random.ts';
import type { Order } from '../../src/domain/order.ts';
import type { TicketRef } from '../../src/domain/queueing.ts';
import type { ManualClock } from '../../test/support/clock.ts';
import type { Agenda } from './agenda.ts';
import type { Shop } from './shop.ts';

/** What a shopper does who is let in. Most pay; the others give their units back in one way or another. */
const INTENTS = [
  ...Array(14).fill('pays'),
  'cancels',
  'forgets to pay',
  'forgets to pay',
  'looks on',
  'looks on',
  'leaves',
];
const NO_SHOWS = 0.2;
const COMES_WITHIN_MS = 10_000;
/** Some come when nobody expects them any more. */
const LATE = 0.05;
const LATE_BY_MS = 40_000;
const THINKS_MS = 15_000;
const PAYMENTS_AT_ONCE = 100;
const SKU = 'sneaker';

export interface Ways {
  noShows: number;
  refusedForNow: number;
  admitted: number;
  paid: number;
  cancelled: number;
  reservationsLapsed: number;
  admissionsLapsed: number;
  left: number;
  foundNothingLeft: number;
  cameTooLate: number;
}

/** Those who are called, and what becomes of them. */
export class Shoppers {
  readonly ways: Ways = {
    noShows: 0,
    refusedForNow: 0,
    admitted: 0,
    paid: 0,
    cancelled: 0,
    reservationsLapsed: 0,
    admissionsLapsed: 0,
    left: 0,
    foundNothingLeft: 0,
    cameTooLate: 0,
  };
  readonly #shop: Shop;
  readonly #clock: ManualClock;
  readonly #agenda: Agenda;
  readonly #payments = new Set<Promise<void>>();
  readonly #random: () => number;

  constructor(shop: Shop, clock: ManualClock, agenda: Agenda, random: () => number) {
    this.#shop = shop;
    this.#clock = clock;
    this.#agenda = agenda;
    this.#random = random;
  }

  /** A payment takes real time, whatever the clock says. */
  get arePaying(): boolean {
    return this.#payments.size > 0;
  }

  called(ref: TicketRef): void {
    if (this.#random() < NO_SHOWS) {
      this.ways.noShows++;
      return;
    }
    const lateByMs = this.#random() < LATE ? LATE_BY_MS : 0;
    this.#in(lateByMs + this.#random() * COMES_WITHIN_MS, () => this.#comes(ref));
  }

  async #comes(ref: TicketRef): Promise<void> {
    const outcome = await this.#shop.store.admit(ref);
    if (outcome.code === 'not_your_turn') {
      this.ways.refusedForNow++;
      return this.#in(outcome.retryAfterMs, () => this.#comes(ref));
    }
    if (outcome.code !== 'admitted') {
      this.ways.cameTooLate++;
      return;
    }
    this.ways.admitted++;
    const { ticket, admittedAtMs } = outcome.admission;
    this.#in(this.#random() * THINKS_MS, () => this.#shops(ref, { ticket, admittedAtMs }));
  }

  async #shops(ref: TicketRef, admission: { ticket: number; admittedAtMs: number }): Promise<void> {
    const intent = pick(INTENTS, this.#random);
    if (intent === 'looks on') {
      this.ways.admissionsLapsed++;
      return;
    }
    if (intent === 'leaves') return this.#leaves(ref);
    const order = await this.#buys(ref, admission);
    if (!order) return;
    this.#in(this.#random() * THINKS_MS, () => this.#ends(order, intent));
  }

  async #leaves(ref: TicketRef): Promise<void> {
    await this.#shop.store.leave(ref);
    this.ways.left++;
  }

  async #buys(
    { saleId, userId }: TicketRef,
    admission: { ticket: number; admittedAtMs: number },
  ): Promise<Order | null> {
    const ids = { orderId: randomUUID(), idempotencyKey: randomUUID(), correlationId: randomUUID() };
    const request = { saleId, userId, admission, deviceId: null, ...ids, lines: [{ skuId: SKU, quantity: 1 }] };
    const outcome = await this.#shop.store.purchase(request);
    if (outcome.code === 'reserved') return outcome.order;
    if (outcome.code !== 'sold_out') throw new Error(`an admitted shopper was refused: ${outcome.code}`);
    this.ways.foundNothingLeft++;
    return null;
  }

  async #ends(order: Order, intent: string | undefined): Promise<void> {
    if (intent === 'pays') return this.#beginToPay(order);
    if (intent === 'cancels') {
      await this.#shop.store.release(order, 'cancelled_by_buyer', null);
      this.ways.cancelled++;
      return;
    }
    this.ways.reservationsLapsed++;
  }

  /** The sale goes on meanwhile, unless too many are at it. */
  async #beginToPay(order: Order): Promise<void> {
    const payment = this.#pays(order).finally(() => this.#payments.delete(payment));
    this.#payments.add(payment);
    if (this.#payments.size >= PAYMENTS_AT_ONCE) await Promise.race(this.#payments);
  }

  async #pays(order: Order): Promise<void> {
    const outcome = await this.#shop.pay({
      order,
      idempotencyKey: 'pay-1',
      paymentMethod: 'pm_ok',
      customer: null,
      correlationId: order.correlationId,
      waitMs: 60_000,
    });
    if (outcome.code !== 'paid') throw new Error(`a payment came out as ${outcome.code}`);
    this.ways.paid++;
  }

  #in(ms: number, action: () => Promise<void>): void {
    this.#agenda.at(this.#clock.read() + Math.ceil(ms), action);
  }
}
