import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { PurchaseBody } from '#sdk/contract/purchase.ts';
import { TidegateProblem } from '#sdk/tidegate-problem.ts';
import { pick } from '../../src/cli/simulate/random.ts';
import { verify } from '../../src/cli/simulate/verification.ts';
import { unproven } from './audit-findings.ts';
import { type Acknowledgement, Crowd } from './crowd.ts';
import { patiently } from './patience.ts';
import { PaymentService } from './payment-service.ts';
import { liveSale, ServerUnderTest } from './server-under-test.ts';
import type { ShopUnderTest } from './shop-under-test.ts';

const BUYERS_AT_ONCE = 40;
const REFUSED_PAUSE_MS = 250;
const PATIENCE_MS = 60_000;

interface Place<Shop> {
  readonly server: Shop;
  readonly payments: PaymentService;
}

export interface RushPlan {
  /** By SKU. */
  readonly units: Readonly<Record<string, number>>;
  /** Short, so that reservations also lapse while a server is down. */
  readonly reservationSeconds: number;
  /** Between two visits of one buyer, until the clearance. */
  readonly paceMs: number;
}

const PLAN: RushPlan = { units: { A: 150, B: 100, C: 80 }, reservationSeconds: 5, paceMs: 0 };

/** A live sale whose buyers come one after the other, each at once when the one before has gone. */
export class Rush<Shop extends ShopUnderTest = ServerUnderTest> {
  readonly server: Shop;
  readonly payments: PaymentService;
  readonly crowd: Crowd;
  readonly saleId: string;
  readonly #plan: RushPlan;
  /** By SKU, as many as there are by now. */
  readonly #units: Record<string, number>;
  readonly #random: () => number;
  readonly #buyers: Promise<void>[];
  #visits = 0;
  #clearance = false;
  #closed = false;

  private constructor({ server, payments }: Place<Shop>, saleId: string, plan: RushPlan, random: () => number) {
    this.server = server;
    this.payments = payments;
    this.crowd = new Crowd(server, saleId);
    this.saleId = saleId;
    this.#plan = plan;
    this.#units = { ...plan.units };
    this.#random = random;
    this.#buyers = Array.from({ length: BUYERS_AT_ONCE }, () => this.#serveBuyers());
  }

  /** With a server, and a payment service that outlives it; both end with the test. */
  static async start(random: () => number, env: Readonly<Record<string, string>> = {}): Promise<Rush> {
    const payments = await PaymentService.start();
    onTestFinished(() => payments.remove());
    const server = await ServerUnderTest.start({ ...payments.env, ...env });
    onTestFinished(() => server.remove());
    return Rush.at({ server, payments }, random);
  }

  /** At a shop that is there already. */
  static async at<Shop extends ShopUnderTest>(
    place: Place<Shop>,
    random: () => number,
    plan: RushPlan = PLAN,
  ): Promise<Rush<Shop>> {
    const rules = { reservation_seconds: plan.reservationSeconds };
    const { sale_id } = await patiently(() => place.server.client.createSale(liveSale(plan.units, rules)));
    const rush = new Rush(place, sale_id, plan, random);
    onTestFinished(() => rush.#end());
    return rush;
  }

  /** Also of a test that has failed. */
  async #end(): Promise<void> {
    this.#closed = true;
    await this.crowd.close();
    await Promise.all(this.#buyers);
  }

  /** Resolves when so many more reservations are acknowledged. */
  acknowledges(more: number): Promise<void> {
    const enough = this.crowd.acknowledged.size + more;
    return until(() => this.crowd.acknowledged.size >= enough);
  }

  /** Resolves when so many more payments are acknowledged. */
  paysFor(more: number): Promise<void> {
    const enough = this.crowd.paid.size + more;
    return until(() => this.crowd.paid.size >= enough);
  }

  /** More units of one item, as soon as the sale can be changed again. */
  async restock(skuId: string, quantity: number): Promise<void> {
    this.#units[skuId] = (this.#units[skuId] ?? 0) + quantity;
    const options = { idempotencyKey: `restock-${skuId}` };
    await until(async () => {
      const restocking = this.server.client.restockSale({ sale_id: this.saleId, sku_id: skuId, quantity }, options);
      return restocking.then(
        () => true,
        (error: unknown) => {
          if (error instanceof TidegateProblem && error.code === 'recovering') return false;
          throw error;
        },
      );
    });
  }

  /** From now on whoever gets units pays for them. Resolves when the last unit is sold and the last buyer has gone. */
  async sellOut(): Promise<void> {
    this.#clearance = true;
    await until(async () => {
      const { phase, stock_may_return } = await this.server.client.readSaleStatus({ sale_id: this.saleId });
      return phase === 'sold_out' && !stock_may_return;
    });
    this.#closed = true;
    await Promise.all(this.#buyers);
    const { items } = await this.server.client.readAdminSale({ sale_id: this.saleId });
    const sold = Object.fromEntries(items.map(({ sku_id, stock }) => [sku_id, stock?.sold]));
    expect(sold).toEqual(this.#units);
  }

  /** Every order that was acknowledged is there, and who asks again under the same key hears the same. */
  async expectKept(acknowledgements: readonly Acknowledgement[]): Promise<void> {
    const { crowd } = this;
    const kept = acknowledgements.map(async (acknowledged) => {
      const { reservation } = acknowledged;
      const { order_id, total_minor } = reservation;
      expect(await crowd.read(acknowledged)).toMatchObject({ order_id, total_minor });
      expect(await crowd.purchase(acknowledged)).toEqual(reservation);
    });
    await Promise.all(kept);
  }

  /**
   * Every unit is sold, and paid for, once: by what buyers were told, by the server's books, by its audit, and by the
   * records of the payment service.
   */
  async expectBooksAgree(): Promise<void> {
    const { tally, acknowledged, paid } = this.crowd;
    for (const orderId of acknowledged.keys()) tally.acknowledged.add(orderId);
    for (const orderId of paid) tally.paid.add(orderId);
    const { client } = this.server;
    const verification = await verify({
      client,
      saleId: this.saleId,
      tally,
      simulatedProviderUrl: this.payments.url,
    });
    expect(this.server.log.split('\n').filter((line) => line.includes('"code":"internal"'))).toEqual([]);
    expect(verification.faults).toEqual([]);
    expect(unproven(verification.audit.invariants)).toEqual([]);
    await this.#expectNothingHeld();
  }

  /** What was authorised in vain is let go. */
  async #expectNothingHeld(): Promise<void> {
    const held = async () => (await this.payments.statement()).sums.map(({ held_minor }) => held_minor);
    await expect.poll(held, { timeout: 30_000, interval: 100 }).toEqual([0]);
  }

  async #serveBuyers(): Promise<void> {
    while (!this.#closed) {
      await this.#visit(`buyer-${this.#visits++}`);
      if (!this.#clearance) await sleep(this.#plan.paceMs);
    }
  }

  async #visit(userId: string): Promise<void> {
    const attempt = { userId, key: 'buy', body: this.#wish() };
    const reservation = await this.crowd.purchase(attempt);
    if (typeof reservation === 'object') await this.#conclude({ ...attempt, reservation });
    // What others have reserved may come back.
    else await sleep(REFUSED_PAUSE_MS);
  }

  async #conclude(order: Acknowledgement): Promise<void> {
    const fate = this.#clearance ? 1 : this.#random();
    if (fate < 0.1) return;
    if (fate < 0.2) {
      await this.crowd.cancel(order);
      return;
    }
    if (fate < 0.3) await this.crowd.pay(order, 'pm_declined');
    await this.crowd.pay(order, fate < 0.4 ? 'pm_pending' : 'pm_ok');
  }

  #wish(): PurchaseBody {
    const skus = Object.keys(this.#plan.units);
    const sku_id = pick(skus, this.#random) ?? '';
    if (this.#clearance || this.#random() < 0.8) return { sku_id, quantity: 1 };
    return { items: skus.map((sku) => ({ sku_id: sku, quantity: 1 })) };
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('the sale does not get on');
    await sleep(25);
  }
}
