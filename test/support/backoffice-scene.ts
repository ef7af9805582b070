import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { type Client, createClient } from '../../sdk/src/client.ts';
import { writeDeadLetter } from '../../src/database/dead-letters.ts';
import { type HttpListener, startHttpListener } from './http-listener.ts';
import { OPERATOR_TOKEN, saleDraft, TestServer } from './server.ts';

const PATIENCE = { timeout: 30_000 };

type Customer = NonNullable<Parameters<Client['pay']>[0]['customer']>;

let homes = 0;

/** Somebody with an address that nobody else has: several who share one are a ring. */
function newCustomer(): Customer {
  homes += 1;
  return { ...PERSON, address: `${homes} Example Street\n10115 Berlin` };
}

const PERSON = { name: 'Sam Example', email: 'sam@example.com', phone: '+49 30 123456' };

interface PaidOrder {
  /** What is particular about who pays. */
  readonly customer?: Partial<Customer>;
  /** Was another card declined before? */
  readonly declinedFirst?: boolean;
}

/** A shop after some minutes of a sale, with what an operator has to see to: made as buyers and the shop make it. */
export class BackofficeScene {
  readonly server: TestServer;
  readonly sale: AdminSale;
  readonly operator: Client;
  /** The shop's own server. It refuses every webhook for good, unless `shopTakes` says otherwise. */
  readonly shop: HttpListener;
  readonly #shopState: { takes: boolean };

  private constructor(
    server: TestServer,
    sale: AdminSale,
    operator: Client,
    shop: HttpListener,
    shopState: { takes: boolean },
  ) {
    this.server = server;
    this.sale = sale;
    this.operator = operator;
    this.shop = shop;
    this.#shopState = shopState;
  }

  static async open(): Promise<BackofficeScene> {
    const shopState = { takes: false };
    const shop = await startHttpListener((_request, response) => {
      response.writeHead(shopState.takes ? 204 : 410).end();
    });
    const server = await TestServer.start({
      payWaitMs: 20_000,
      env: {
        WEBHOOK_URL: `${shop.url}/hooks`,
        WEBHOOK_SECRET: 'the secret of the shop that signs and checks its webhooks',
      },
    });
    const operator = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN });
    const sale = await operator.createSale({
      ...saleDraft(),
      name: 'Spring drop',
      items: [item('TRAIL-42', 'Trail Runner 42', 12_900, 19_900), item('CAP-BLUE', 'Harbour Cap, blue', 2_450, 3_900)],
      risk_review: {},
    });
    return new BackofficeScene(server, sale, operator, shop, shopState);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await this.shop.close();
  }

  /** From now on the shop takes every webhook, or none. */
  shopTakes(takes = true): void {
    this.#shopState.takes = takes;
  }

  /** Another sale, of which some buyers have reserved a unit each. */
  async crowdedSale(name: string, buyers: number): Promise<AdminSale> {
    const sale = await this.operator.createSale({
      ...saleDraft(),
      name,
      items: [item('CAP-BLUE', 'Harbour Cap, blue', 2_450, 3_900)],
    });
    const buy = async () => (await this.buyer()).purchase({ sale_id: sale.sale_id, sku_id: 'CAP-BLUE', quantity: 1 });
    await Promise.all(Array.from({ length: buyers }, buy));
    const behind = async () => (await this.operator.readAdminSale({ sale_id: sale.sale_id })).outbox_events;
    await vi.waitFor(async () => expect(await behind()).toBe(0), PATIENCE);
    return sale;
  }

  /** The ids of the open dead letters about an order. */
  async openLettersOf(orderId: string): Promise<string[]> {
    const { dead_letters: letters } = await this.operator.listDeadLetters({ state: 'open', order_id: orderId });
    return letters.map((letter) => letter.dead_letter_id);
  }

  async buyer(): Promise<Client> {
    const { token } = await createClient({ baseUrl: this.server.url }).createSession();
    return createClient({ baseUrl: this.server.url, token });
  }

  /** A reservation of one unit of the first item. */
  async reserve(buyer: Client, correlationId: string = randomUUID()): Promise<string> {
    const request = { sale_id: this.sale.sale_id, sku_id: 'TRAIL-42', quantity: 1 };
    return (await buyer.purchase(request, { correlationId })).order_id;
  }

  /** An order that is paid, also in the ledger. */
  async paidOrder({ customer = {}, declinedFirst = false }: PaidOrder = {}): Promise<string> {
    const buyer = await this.buyer();
    const methods = [...(declinedFirst ? ['pm_declined'] : []), `pm_of_${randomUUID()}`];
    const payer = { ...newCustomer(), ...customer };
    const orderId = await this.reserve(buyer);
    for (const method of methods) {
      await buyer
        .pay({ order_id: orderId, payment_method: method, customer: payer })
        .catch((error: { code?: string }) => {
          if (error.code !== 'payment_declined') throw error;
        });
    }
    await this.#seen(orderId, 'paid');
    return orderId;
  }

  async reservedOrder(): Promise<string> {
    const orderId = await this.reserve(await this.buyer());
    await this.#seen(orderId, 'reserved');
    return orderId;
  }

  async cancelledOrder(): Promise<string> {
    const buyer = await this.buyer();
    const orderId = await this.reserve(buyer);
    await buyer.cancelOrder({ order_id: orderId });
    await this.#seen(orderId, 'cancelled');
    return orderId;
  }

  /** Orders of several accounts that go to one address, all of them held back. */
  async ring(size: number): Promise<string[]> {
    homes += 1;
    const address = `${homes} Harbour Street\n20457 Hamburg`;
    const buying = Array.from({ length: size }, (_, index) =>
      this.paidOrder({ customer: { name: `Kim Sample ${index + 1}`, email: `kim${index + 1}@example.com`, address } }),
    );
    const orderIds = await Promise.all(buying);
    const openReviews = async () => {
      const { reviews } = await this.operator.listReviews({ status: 'open', limit: 200 });
      return reviews.map((review) => review.order_id);
    };
    await vi.waitFor(async () => expect(await openReviews()).toEqual(expect.arrayContaining(orderIds)), PATIENCE);
    return orderIds;
  }

  /** A reservation that the ledger refuses, until `heal`, and its dead letter. */
  async poisonedReservation(): Promise<{ readonly orderId: string; readonly letter: DeadLetter }> {
    const correlationId = randomUUID();
    const { db } = this.server.app.ports.ledger;
    await sql`alter table orders add constraint refused check (correlation_id <> ${sql.lit(correlationId)})`.execute(
      db,
    );
    const orderId = await this.reserve(await this.buyer(), correlationId);
    const letters = async () =>
      (await this.operator.listDeadLetters({ kind: 'event', order_id: orderId })).dead_letters;
    await vi.waitFor(async () => expect(await letters()).toHaveLength(1), PATIENCE);
    const [letter] = await letters();
    if (!letter) throw new Error('the letter is gone');
    return { orderId, letter };
  }

  /** The ledger takes again what it refused. */
  async heal(): Promise<void> {
    await sql`alter table orders drop constraint refused`.execute(this.server.app.ports.ledger.db);
  }

  /** An entry of the log that nobody can read. */
  async unreadableEntry(): Promise<string> {
    const letter = await writeDeadLetter(this.server.app.ports.ledger.db, {
      kind: 'undecodable',
      subject: `${this.sale.sale_id}/${randomUUID()}`,
      saleId: this.sale.sale_id,
      orderId: null,
      reason: 'undecodable',
      payload: { body: 'eyJ0eXBlIjoib3JkZXI' },
      attempts: 1,
      correlationId: randomUUID(),
      nowMs: Date.now(),
    });
    if (!letter) throw new Error('no letter was opened');
    return letter.deadLetterId;
  }

  async #seen(orderId: string, status: string): Promise<void> {
    const statusInLedger = async () =>
      (await this.operator.listSaleOrders({ sale_id: this.sale.sale_id, query: orderId })).orders[0]?.status;
    await vi.waitFor(async () => expect(await statusInLedger()).toBe(status), PATIENCE);
  }
}

function item(skuId: string, name: string, flashPriceMinor: number, originalPriceMinor: number) {
  return {
    sku_id: skuId,
    name,
    flash_price_minor: flashPriceMinor,
    original_price_minor: originalPriceMinor,
    total_stock: 100,
  };
}
