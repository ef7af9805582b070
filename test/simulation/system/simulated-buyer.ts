import type { Order } from '../../../src/domain/order.ts';
import type { PurchaseRequest } from '../../../src/domain/purchase.ts';
import { derivedId } from '../../../src/engine/derived-id.ts';
import { type Scheduler, SimulatedProcess } from './scheduler.ts';
import type { SimulatedGateway } from './simulated-gateway.ts';
import { isPassing } from './world.ts';

/** What a buyer has been told, and may rely on. */
export interface Promised {
  readonly userId: string;
  readonly orderId: string;
  readonly idempotencyKey: string;
  /** Of the order, as far as the buyer knows. */
  word: 'reserved' | 'paid';
}

interface Shop {
  readonly scheduler: Scheduler;
  readonly gateways: readonly SimulatedGateway[];
  readonly saleId: string;
}

const SKUS = ['sneaker', 'hat'];
const PAYMENT_METHODS = [...Array<string>(8).fill('pm_ok'), 'pm_declined', 'pm_pending', 'pm_late', 'pm_capture_fails'];
const PATIENCE = 12;

/** Somebody who asks again, under the same key, until there is an answer. */
export class SimulatedBuyer {
  readonly promises: Promised[] = [];
  isDone = false;
  readonly #shop: Shop;
  readonly #process: SimulatedProcess;

  constructor(shop: Shop, name: string) {
    this.#shop = shop;
    this.#process = new SimulatedProcess(name);
  }

  async visit(): Promise<void> {
    const { scheduler } = this.#shop;
    await scheduler.sleep(this.#process, scheduler.between(0, 20_000));
    for (let purchase = scheduler.between(1, 2); purchase > 0; purchase--) await this.#shopFor(purchase);
    this.isDone = true;
  }

  async #shopFor(purchase: number): Promise<void> {
    const request = this.#request(purchase);
    const order = await this.#reserve(request);
    if (!order) return;
    await this.#shop.scheduler.sleep(this.#process, this.#shop.scheduler.between(0, 20_000));
    const mood = this.#shop.scheduler.random();
    if (mood < 0.1) return;
    if (mood < 0.2) return void (await this.#persist((gateway) => gateway.cancel(this.#process, order)));
    await this.#pay(order);
  }

  async #reserve(request: PurchaseRequest): Promise<Order | null> {
    const { userId, idempotencyKey } = request;
    const outcome = await this.#persist(async (gateway) => {
      // Each gateway makes an id of its own; the key tells that it is one purchase.
      const orderId = derivedId(idempotencyKey, String(this.#shop.scheduler.random()));
      const answer = await gateway.purchase(this.#process, { ...request, orderId });
      if (answer.code === 'recovering' || answer.code === 'sale_not_started') return null;
      return answer;
    });
    if (outcome?.code !== 'reserved') return null;
    const { order } = outcome;
    this.promises.push({ userId, orderId: order.orderId, idempotencyKey, word: 'reserved' });
    return order;
  }

  async #pay(order: Order): Promise<void> {
    const { scheduler } = this.#shop;
    const paymentMethod = PAYMENT_METHODS[scheduler.between(0, PAYMENT_METHODS.length - 1)] ?? 'pm_ok';
    const wish = { order, idempotencyKey: `pay ${order.orderId}`, paymentMethod };
    const outcome = await this.#persist(async (gateway) => {
      const answer = await gateway.pay(this.#process, wish);
      return answer.code === 'working' || answer.code === 'payment_provider_unavailable' ? null : answer;
    });
    const promised = this.promises.find(({ orderId }) => orderId === order.orderId);
    if (outcome?.code === 'paid' && promised) promised.word = 'paid';
  }

  /** Null once the buyer has lost patience. */
  async #persist<Answer>(ask: (gateway: SimulatedGateway) => Promise<Answer | null>): Promise<Answer | null> {
    const { scheduler, gateways } = this.#shop;
    for (let attempt = 0; attempt < PATIENCE; attempt++) {
      const gateway = gateways[scheduler.between(0, gateways.length - 1)];
      const answer = gateway ? await ask(gateway).catch(letPass) : null;
      if (answer !== null) return answer;
      await scheduler.sleep(this.#process, scheduler.between(500, 4_000));
    }
    return null;
  }

  #request(purchase: number): PurchaseRequest {
    const { scheduler, saleId } = this.#shop;
    const userId = this.#process.name;
    const skuId = SKUS[scheduler.between(0, SKUS.length - 1)] ?? '';
    return {
      saleId,
      orderId: '',
      userId,
      lines: [{ skuId, quantity: scheduler.between(1, 2) }],
      idempotencyKey: `${userId} ${purchase}`,
      admission: null,
      deviceId: null,
      correlationId: `${userId} ${purchase}`,
    };
  }
}

function letPass(error: unknown): null {
  if (!isPassing(error)) throw error;
  return null;
}
