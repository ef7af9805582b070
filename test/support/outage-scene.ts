import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { orderPages } from '../../src/cli/orders/order-pages.ts';
import { createRandom } from '../../src/cli/simulate/random.ts';
import type { Fleet } from './fleet.ts';
import type { PaymentService } from './payment-service.ts';
import { Rush } from './rush.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const outageSeconds = Number(process.env.FAULT_SECONDS ?? 5);
const random = createRandom(seed);

/** Units that the crowd takes in a second, about: some are left when the outage is over. */
const UNITS_PER_SECOND = 30;
const PACE_MS = 2_000;
const RESERVATION_SECONDS = 4;
const ACKNOWLEDGED_BEFORE = 30;
const PAID_BEFORE = 10;
const ACKNOWLEDGED_AFTER = 20;

export interface Place {
  readonly fleet: Fleet;
  readonly payments: PaymentService;
}

/** One sale of a fleet, something that goes wrong in the middle of it, and what became of it. */
export class OutageScene {
  readonly fleet: Fleet;
  readonly rush: Rush<Fleet>;
  readonly #startedAt = performance.now();
  readonly #told: string[] = [];
  #mayMiss = false;

  private constructor(fleet: Fleet, rush: Rush<Fleet>) {
    this.fleet = fleet;
    this.rush = rush;
  }

  /**
   * Opens a sale, lets the crowd buy, lets `goWrong` happen, and expects that the sale goes on by itself, that what
   * was acknowledged is kept, that every unit is sold once, and that all books agree.
   */
  static async play({ fleet, payments }: Place, goWrong: (scene: OutageScene) => Promise<void>): Promise<void> {
    await payments.begin();
    const units = (8 + outageSeconds) * UNITS_PER_SECOND;
    const plan = {
      units: { A: Math.ceil(units * 0.5), B: Math.ceil(units * 0.3), C: Math.ceil(units * 0.2) },
      reservationSeconds: RESERVATION_SECONDS,
      paceMs: PACE_MS,
    };
    const scene = new OutageScene(fleet, await Rush.at({ server: fleet, payments }, random, plan));
    try {
      await scene.rush.acknowledges(ACKNOWLEDGED_BEFORE);
      await scene.rush.paysFor(PAID_BEFORE);
      await goWrong(scene);
      await scene.#conclude();
    } finally {
      scene.#report();
    }
  }

  /** Goes to the report, with the time. */
  note(what: string): void {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    this.#told.push(`${seconds.toFixed(1).padStart(6)} s  ${what}; ${this.rush.crowd.acknowledged.size} acknowledged`);
  }

  /** Purchases and payments to which no answer came. */
  unanswered(): number {
    const answers = this.rush.crowd.tally.answers().filter(({ status }) => status === 0);
    return answers.reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Lets the store lose its end. What the ledger knows by then is kept; what it does not know may be lost, and is no
   * promise any more.
   */
  async loseStore(lose: () => Promise<void>): Promise<void> {
    const { acknowledged } = this.rush.crowd;
    const known = new Set<string>();
    for await (const page of orderPages(this.fleet.client, this.rush.saleId)) {
      for (const { order_id } of page) known.add(order_id);
    }
    await lose();
    for (const orderId of acknowledged.keys()) if (!known.has(orderId)) acknowledged.delete(orderId);
    this.#mayMiss = true;
  }

  /** So long as an outage lasts, `FAULT_SECONDS` or 5, or a share of it. */
  async lasts(share = 1): Promise<void> {
    await sleep(outageSeconds * 1_000 * share);
  }

  async #conclude(): Promise<void> {
    const { rush } = this;
    const told = [...rush.crowd.acknowledged.values()];
    // An outage that took long may have seen the last unit go.
    await rush.restock('A', 2 * ACKNOWLEDGED_AFTER);
    await rush.acknowledges(ACKNOWLEDGED_AFTER);
    this.note('the sale goes on');
    await rush.expectKept(told);
    await rush.sellOut();
    this.note('sold out');
    await rush.expectBooksAgree();
    const { ok, invariants } = await this.fleet.client.runAudit({ sale_id: rush.saleId });
    this.note(
      `audit: ${invariants.map(({ name, ok: holds }) => `${name} ${holds ? 'holds' : 'VIOLATED'}`).join(', ')}`,
    );
    expect(ok).toBe(true);
    // What one gateway has sold all of them know at once.
    const missed = rush.crowd.tally.answers().filter(({ code }) => code === 'not_found');
    if (!this.#mayMiss) expect(missed).toEqual([]);
  }

  #report(): void {
    const answers = this.rush.crowd.tally
      .answers()
      .map(({ operation, status, code, count }) => `${operation} ${status || 'no answer'} ${code}: ${count}`);
    const title = `${expect.getState().currentTestName}, FAULT_SEED=${seed}`;
    console.log([title, ...this.#told, `        answers: ${answers.join(', ')}`].join('\n'));
  }
}
