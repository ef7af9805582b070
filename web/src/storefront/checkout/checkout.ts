import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { Customer } from '#sdk/contract/fields.ts';
import type { Order } from '#sdk/contract/order.ts';
import type { RequestedLine } from '#sdk/contract/purchase.ts';
import type { Sale, SaleStatus } from '#sdk/contract/sale.ts';
import { serverNowMs } from '../../shared/server-clock.ts';
import { keepBasket } from '../buyer/basket.ts';
import { buyerToken, forgetUnknownSession } from '../buyer/buyer-session.ts';
import { deviceFingerprint } from '../buyer/device-fingerprint.ts';
import { onKeptElsewhere } from '../buyer/kept.ts';
import {
  checkoutKey,
  type KeptPurchase,
  keepOrderInCheckout,
  keepPayment,
  keepPurchase,
  keptPayment,
  keptPurchase,
  newKey,
  orderInCheckout,
} from '../buyer/kept-checkout.ts';
import { keepAdmission, keptAdmission } from '../buyer/kept-place.ts';
import { StatusFeed } from '../live/status-feed.ts';
import { VisitState } from '../live/visit-state.ts';
import { isSettled } from '../orders/order-facts.ts';

/** What is being asked of the server at this moment. */
type Asking = 'reserve' | 'pay' | 'cancel';

export interface CheckoutState {
  readonly sale: Sale | null;
  readonly status: SaleStatus | null;
  /** The order that is being paid, or was; null while the basket is open. */
  readonly order: Order | null;
  /** True until it is known whether there is an order to go on with. */
  readonly loading: boolean;
  readonly offline: boolean;
  readonly asking: Asking | null;
  /** Why the last wish was not granted. */
  readonly problem: unknown;
  /** When the right to buy runs out, where the sale has a waiting room. Null: nobody queues, or it was never given. */
  readonly admittedUntilMs: number | null;
}

const ORDER_POLL_MS = 1_500;
const RESERVED_POLL_MS = 15_000;
/** All that can still happen to it is a refund, or that it is on its way. */
const PAID_POLL_MS = 60_000;
const AFTER_DEADLINE_MS = 800;
/** They came without any effect, which the request would otherwise be answered with. */
const REFUSALS_WITH_503: readonly string[] = ['sale_paused', 'switched_off'];
/** Over this time a crowd that learns at one moment of a change reads the sale again. */
const REREAD_SPREAD_MS = 1_500;

/**
 * One buyer's way from basket to paid order. Every step is kept in the browser before it is asked for, with its
 * idempotency key: after a reload, in a second tab or after a lost answer it goes on where it stood, and nothing is
 * bought or paid twice.
 */
export class Checkout {
  readonly #api: Client;
  readonly #saleId: string;
  readonly #feed: StatusFeed;
  readonly shown: VisitState<CheckoutState>;
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Client, saleId: string) {
    this.#api = api;
    this.#saleId = saleId;
    this.shown = new VisitState<CheckoutState>({
      sale: null,
      status: null,
      order: null,
      loading: true,
      offline: false,
      asking: null,
      problem: null,
      admittedUntilMs: admittedUntilMs(saleId),
    });
    this.#feed = new StatusFeed(saleId, {
      onStatus: (status) => this.#hearStatus(status),
      onConnection: (connection) => this.#hearConnection(connection === 'lost'),
      onGone: () => this.shown.change({ loading: false }),
    });
  }

  get #state(): CheckoutState {
    return this.shown.read();
  }

  start(): void {
    const stopListening = onKeptElsewhere(checkoutKey(this.#saleId), () => this.#takeOverKept());
    this.#stopped.signal.addEventListener('abort', stopListening);
    this.#feed.start();
    void this.#arrive();
  }

  stop(): void {
    this.#stopped.abort();
    this.#feed.stop();
    clearTimeout(this.#timer);
  }

  /** Takes the basket out of stock for this buyer. What another tab has asked for, or has got, is not asked for again. */
  readonly reserve = (items: readonly RequestedLine[]): void =>
    void this.#ask('reserve', async () => {
      if (orderInCheckout(this.#saleId)) return this.#readOrder();
      const token = keptAdmission(this.#saleId)?.token ?? (await buyerToken(this.#api));
      const purchase = keptPurchase(this.#saleId) ?? { key: newKey(), items, token };
      keepPurchase(this.#saleId, purchase);
      await this.#purchase(purchase);
    });

  /** Asks again for what may have been reserved already: the same request, with the same key. */
  readonly reserveAgain = (): void => {
    const purchase = keptPurchase(this.#saleId);
    if (purchase) void this.#ask('reserve', () => this.#purchase(purchase));
  };

  readonly pay = (paymentMethod: string, customer: Customer): void => {
    const held = orderInCheckout(this.#saleId);
    if (!held) return;
    void this.#ask('pay', async () => {
      const wish = JSON.stringify([paymentMethod, customer]);
      const known = keptPayment(held.orderId);
      const payment = known?.wish === wish ? known : { key: newKey(), wish };
      keepPayment(held.orderId, payment);
      const request = { order_id: held.orderId, payment_method: paymentMethod, customer };
      const options = { token: held.reservationToken, idempotencyKey: payment.key };
      try {
        const { order } = await this.#api.pay(request, options);
        this.#takeOrder(order);
      } catch (error) {
        if (isAnswerToPayment(error)) keepPayment(held.orderId, null);
        await this.#readOrder().catch(() => {});
        throw error;
      }
    });
  };

  /** Gives the reserved units back. */
  readonly cancel = (): void => {
    const held = orderInCheckout(this.#saleId);
    if (!held) return;
    void this.#ask('cancel', async () => {
      this.#takeOrder(await this.#api.cancelOrder({ order_id: held.orderId }, { token: held.reservationToken }));
    });
  };

  /** Leaves a finished order behind and opens the basket again. */
  readonly startOver = (): void => {
    keepOrderInCheckout(this.#saleId, null);
    this.shown.change({ order: null, problem: null, admittedUntilMs: admittedUntilMs(this.#saleId) });
  };

  async #arrive(): Promise<void> {
    try {
      const sale = this.#state.sale ?? (await this.#api.readSale({ sale_id: this.#saleId }));
      this.shown.change({ sale });
      if (orderInCheckout(this.#saleId)) await this.#readOrder();
      this.shown.change({ loading: false, problem: null });
      this.reserveAgain();
    } catch (error) {
      this.shown.change({ problem: error, loading: !(error instanceof TidegateProblem) });
      if (!(error instanceof TidegateProblem) || error.retryable) this.#later(() => this.#arrive(), retryMsOf(error));
    }
  }

  /** Another tab has reserved: this one goes on with the same order. */
  #takeOverKept(): void {
    if (orderInCheckout(this.#saleId)) void this.#arrive();
  }

  async #purchase({ key, items, token }: KeptPurchase): Promise<void> {
    const fingerprint = this.#state.sale?.anti_bot?.device_fingerprint ? await deviceFingerprint() : undefined;
    const body = { items: [...items], ...(fingerprint !== undefined && { device_fingerprint: fingerprint }) };
    try {
      const answer = await this.#api.purchase({ sale_id: this.#saleId, ...body }, { token, idempotencyKey: key });
      keepPurchase(this.#saleId, null);
      keepOrderInCheckout(this.#saleId, { orderId: answer.order_id, reservationToken: answer.reservation_token });
    } catch (error) {
      this.#forgetRefused(error, token);
      throw error;
    }
    await this.#arrive();
  }

  /** A refusal had no effect. Without one nobody knows, and the same request is to be repeated. */
  #forgetRefused(error: unknown, token: string | undefined): void {
    if (!(error instanceof TidegateProblem)) return;
    forgetUnknownSession(error, token);
    // Signed in again, the buyer asks for the same once more.
    if (token === undefined && error.status === 401) return;
    if (error.status >= 500 && !REFUSALS_WITH_503.includes(error.code)) return;
    keepPurchase(this.#saleId, null);
    if (error.code !== 'not_admitted' && error.code !== 'token_expired') return;
    keepAdmission(this.#saleId, null);
    this.shown.change({ admittedUntilMs: null });
  }

  async #readOrder(): Promise<void> {
    const held = orderInCheckout(this.#saleId);
    if (!held) return;
    try {
      this.#takeOrder(await this.#api.readOrder({ order_id: held.orderId }, { token: held.reservationToken }));
    } catch (error) {
      if (!(error instanceof TidegateProblem) || error.code !== 'not_found') throw error;
      keepOrderInCheckout(this.#saleId, null);
    }
  }

  #takeOrder(order: Order): void {
    // Once: what another tab chooses after that is for the next order.
    if (order.status === 'paid' && this.#state.order?.status !== 'paid') keepBasket(this.#saleId, {});
    // An attempt that has been heard of is not made again: after it, the same wish is another one.
    if (order.status !== 'reserved') keepPayment(order.order_id, null);
    this.shown.change({ order });
    this.#watch(order);
  }

  /** An order that may change by itself is looked at again. */
  #watch(order: Order): void {
    if (this.#stopped.signal.aborted || isSettled(order)) return;
    this.#later(() => this.#lookAgain(order), waitMsOf(order, serverNowMs()));
  }

  async #lookAgain(order: Order): Promise<void> {
    try {
      await this.#readOrder();
    } catch {
      // It is asked about again; that the server cannot be reached, the status says.
      this.#watch(order);
    }
  }

  #later(task: () => Promise<void>, ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#stopped.signal.aborted) this.#timer = setTimeout(() => void task(), ms);
  }

  /** One wish at a time: a second click changes nothing. */
  async #ask(asking: Asking, task: () => Promise<void>): Promise<void> {
    if (this.#state.asking) return;
    this.shown.change({ asking, problem: null });
    try {
      await task();
      this.shown.change({ asking: null });
    } catch (error) {
      this.shown.change({ asking: null, problem: error });
    }
  }

  #hearStatus(status: SaleStatus): void {
    const { status: before, sale } = this.#state;
    this.shown.change({ status });
    const isNews = before !== null && before.revision !== status.revision && sale?.revision !== status.revision;
    if (isNews) this.#later(() => this.#readSaleAgain(), Math.random() * REREAD_SPREAD_MS);
  }

  /** The items were revealed, or a rule was changed. */
  async #readSaleAgain(): Promise<void> {
    const sale = await this.#api.readSale({ sale_id: this.#saleId }).catch(() => null);
    if (sale) this.shown.change({ sale });
    if (this.#state.order) this.#watch(this.#state.order);
  }

  #hearConnection(offline: boolean): void {
    if (this.#state.offline === offline) return;
    this.shown.change({ offline });
    if (!offline && this.#state.order) void this.#lookAgain(this.#state.order);
  }
}

function admittedUntilMs(saleId: string): number | null {
  const admission = keptAdmission(saleId);
  return admission && Date.parse(admission.expiresAt);
}

/** Was it decided or written down? Without that nobody knows, and the same attempt is to be repeated. */
function isAnswerToPayment(error: unknown): boolean {
  if (!(error instanceof TidegateProblem)) return false;
  return error.status < 500 || error.code === 'payment_provider_unavailable';
}

function retryMsOf(error: unknown): number {
  const askedMs = error instanceof TidegateProblem ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  return askedMs + ORDER_POLL_MS * (1 + Math.random());
}

function waitMsOf({ status, payment_deadline }: Order, nowMs: number): number {
  if (status === 'paid') return PAID_POLL_MS * (1 + Math.random());
  if (status !== 'reserved') return ORDER_POLL_MS + Math.random() * ORDER_POLL_MS;
  const untilDeadlineMs = Math.max(0, Date.parse(payment_deadline) - nowMs) + AFTER_DEADLINE_MS;
  return Math.min(RESERVED_POLL_MS, untilDeadlineMs);
}
