import type { Order } from '../../../src/domain/order.ts';
import type { PurchaseOutcome, PurchaseRequest } from '../../../src/domain/purchase.ts';
import { cancelOrder } from '../../../src/engine/cancel-order.ts';
import { type PayOutcome, pay } from '../../../src/engine/pay.ts';
import { recordBatcher } from '../../../src/engine/payment-batches.ts';
import { FaultyLine } from './faults.ts';
import { SimulatedProcess } from './scheduler.ts';
import { PAYMENT_GRACE_MS, type World } from './world.ts';

/** The buyer does not know what became of the request. */
class ConnectionLost extends Error {
  readonly code = 'connection_lost';
  readonly retryable = true;
}

export interface PaymentWish {
  readonly order: Order;
  readonly idempotencyKey: string;
  readonly paymentMethod: string;
}

/** A process that answers buyers. It remembers nothing. */
export class SimulatedGateway {
  readonly process: SimulatedProcess;
  readonly line: FaultyLine;
  readonly #world: World;
  #ports: ReturnType<SimulatedGateway['open']> | null = null;
  #death = Promise.withResolvers<never>();

  constructor(world: World, name: string) {
    this.#world = world;
    this.process = new SimulatedProcess(name);
    this.line = new FaultyLine(world.scheduler);
  }

  start(): void {
    this.#death = Promise.withResolvers<never>();
    // Nobody may be listening.
    this.#death.promise.catch(() => {});
    this.#ports = this.open();
  }

  die(): void {
    this.#ports = null;
    this.#death.reject(new ConnectionLost(`${this.process.name} died`));
  }

  purchase(buyer: SimulatedProcess, request: PurchaseRequest): Promise<PurchaseOutcome> {
    return this.#answer(buyer, 'purchase', ({ store }) => store.purchase(request));
  }

  pay(buyer: SimulatedProcess, { order, ...wish }: PaymentWish): Promise<PayOutcome> {
    const { correlationId } = order;
    return this.#answer(buyer, 'pay', (ports) =>
      pay(ports, { order, ...wish, customer: null, correlationId, waitMs: 0 }),
    );
  }

  cancel(buyer: SimulatedProcess, order: Order): Promise<unknown> {
    return this.#answer(buyer, 'cancel', ({ store }) => cancelOrder({ store }, order));
  }

  open() {
    const ledger = this.#world.ledger.portFor(this.process);
    return {
      store: this.#world.store.portFor(this.process),
      ledger,
      records: recordBatcher(ledger),
      switches: { isOn: () => true },
      // Who waits for a payment asks again.
      watch: { settled: async <Attempt>(attempt: Attempt) => attempt },
      paymentGraceMs: PAYMENT_GRACE_MS,
    };
  }

  async #answer<Answer>(
    buyer: SimulatedProcess,
    what: string,
    handle: (ports: ReturnType<SimulatedGateway['open']>) => Promise<Answer>,
  ): Promise<Answer> {
    const { scheduler } = this.#world;
    await scheduler.ask(buyer, `asks ${this.process.name} to ${what}`, async () => {});
    const ports = this.#ports;
    if (!ports) throw new ConnectionLost(`${this.process.name} is down`);
    const answer = this.line.carry(
      () => handle(ports),
      (message) => new ConnectionLost(message),
    );
    return Promise.race([answer, this.#death.promise]);
  }
}
