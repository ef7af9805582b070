import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions } from '#sdk/call.ts';
import type { AnswerOf, Operation, RequestOf } from '#sdk/contract/operation.ts';
import { cancelOrder, readOrder } from '#sdk/contract/order.ts';
import { pay } from '#sdk/contract/payment.ts';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import { BuyerApi } from '../../src/cli/simulate/buyer-api.ts';
import { Tally } from '../../src/cli/simulate/tally.ts';
import type { ShopUnderTest } from './shop-under-test.ts';

/** A purchase as its buyer sent it, and sends it again. */
export interface PurchaseAttempt {
  readonly userId: string;
  readonly key: string;
  readonly body: PurchaseBody;
}

/** A purchase that its buyer was told about. */
export interface Acknowledgement extends PurchaseAttempt {
  readonly reservation: Reservation;
}

/** Refusals that say nothing about the order: the buyer asks again. */
const PASSING = new Set(['store_unavailable', 'overloaded', 'recovering']);
/** What a buyer bears: then the server is gone for good. */
const PATIENCE_MS = 60_000;
const CONCURRENCY = 200;
const POLL_MS = 100;

/**
 * The buyers of one sale, who ask again under the same key until they have an answer, also over restarts of the
 * server. Keeps what they were told. An answer that the contract does not have is a fault in `tally`.
 */
export class Crowd {
  readonly tally = new Tally();
  /** By order id. */
  readonly acknowledged = new Map<string, Acknowledgement>();
  /** Ids of the orders whose payment was acknowledged. */
  readonly paid = new Set<string>();
  readonly #shop: ShopUnderTest;
  readonly #saleId: string;
  readonly #apis = new Map<string, BuyerApi>();
  #closed = false;

  constructor(shop: ShopUnderTest, saleId: string) {
    this.#shop = shop;
    this.#saleId = saleId;
  }

  /** The reservation, or the code of the refusal. */
  async purchase(attempt: PurchaseAttempt): Promise<Reservation | string> {
    const answer = await this.#ask(
      purchase,
      { sale_id: this.#saleId, ...attempt.body },
      { token: this.#shop.sessionOf(attempt.userId), idempotencyKey: attempt.key },
    );
    if (typeof answer === 'string') return answer;
    this.acknowledged.set(answer.order_id, { ...attempt, reservation: answer });
    return answer;
  }

  /** `paid`, `working`, or the code of the refusal. While the provider is away, asks again as long as the order is paid for. */
  async pay(order: Acknowledgement, paymentMethod: string): Promise<string> {
    const answer = await this.#payOnce(order, paymentMethod);
    if (answer !== 'payment_provider_unavailable' || !(await this.#isPaying(order))) return answer;
    await sleep(POLL_MS);
    return this.pay(order, paymentMethod);
  }

  async #isPaying(order: Acknowledgement): Promise<boolean> {
    const found = await this.read(order);
    return typeof found === 'object' && found.status === 'paying';
  }

  async #payOnce(order: Acknowledgement, paymentMethod: string): Promise<string> {
    const { order_id } = order.reservation;
    const answer = await this.#ask(
      pay,
      { order_id, payment_method: paymentMethod },
      { token: this.#shop.sessionOf(order.userId), idempotencyKey: `pay-${paymentMethod}` },
    );
    if (typeof answer === 'string') return answer;
    if (answer.status === 'paid') this.paid.add(order_id);
    return answer.status;
  }

  /** The order's status, or the code of the refusal. */
  async cancel({ reservation }: Acknowledgement): Promise<string> {
    const answer = await this.#ask(
      cancelOrder,
      { order_id: reservation.order_id },
      { token: reservation.reservation_token },
    );
    return typeof answer === 'string' ? answer : answer.status;
  }

  /** The order as whoever has its reservation token sees it, or the code of the refusal. */
  read({ reservation }: Acknowledgement): Promise<AnswerOf<typeof readOrder> | string> {
    return this.#ask(readOrder, { order_id: reservation.order_id }, { token: reservation.reservation_token });
  }

  /** Nobody asks any further. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#apis.values()].map((api) => api.close()));
  }

  async #ask<Op extends Operation>(
    operation: Op,
    request: RequestOf<Op>,
    options: CallOptions,
  ): Promise<AnswerOf<Op> | string> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!this.#closed && performance.now() < deadline) {
      const answer = await this.#api().ask(operation, request, options);
      if (answer.kind === 'given') return answer.body;
      if (answer.kind === 'refused' && !PASSING.has(answer.code)) return answer.code;
    }
    return 'no_answer';
  }

  #api(): BuyerApi {
    const { url } = this.#shop;
    const api = this.#apis.get(url) ?? new BuyerApi([url], this.tally, CONCURRENCY);
    this.#apis.set(url, api);
    return api;
  }
}

/** Units of each item that were acknowledged to buyers, whatever became of them. */
export function acknowledgedUnits(acknowledged: Iterable<Acknowledgement>): Record<string, number> {
  const units: Record<string, number> = {};
  for (const { reservation } of acknowledged) {
    for (const { sku_id, quantity } of reservation.items) units[sku_id] = (units[sku_id] ?? 0) + quantity;
  }
  return units;
}
