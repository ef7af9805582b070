import { releaseLeases } from '../../../src/database/payment-schedule.ts';
import { leaseAttempts } from '../../../src/database/payments.ts';
import type { Ledger } from '../../../src/database/schema.ts';
import { endDuePayments } from '../../../src/engine/end-due-payments.ts';
import { expireReservations } from '../../../src/engine/expire-reservations.ts';
import { claimBatcher, moveBatcher } from '../../../src/engine/payment-batches.ts';
import { recoverSales } from '../../../src/engine/recover-sales.ts';
import { type SettlePorts, settlePayment } from '../../../src/engine/settle-payment.ts';
import type { EventHandler } from '../../../src/order-log/order-log.ts';
import { drainOutbox, OutboxFeed } from '../../../src/order-log/outbox-feed.ts';
import { applyEvents } from '../../../src/processor/apply-events.ts';
import type { Store } from '../../../src/store/store.ts';
import { uncheckedClaims } from './mutants.ts';
import { SimulatedProcess } from './scheduler.ts';
import { isPassing, PAYMENT_GRACE_MS, type World } from './world.ts';

/** The way on which events reach the ledger. */
export type LogKind = 'stream' | 'broker';

interface Ports {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly settle: SettlePorts;
}

type Duty = readonly [name: string, everyMs: number, duty: (ports: Ports) => Promise<void>];

const LEASE_MS = 10_000;
const ERROR_PAUSE_MS = 500;

/** A process that brings events to the ledger, carries payments out, and does what the clock asks for. */
export class SimulatedProcessor {
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #log: LogKind;
  /** What every life of this process does, again and again. */
  readonly #duties: readonly Duty[];
  #offset: number | null = null;
  #relayed: number | null = null;

  constructor(world: World, name: string, log: LogKind) {
    this.#world = world;
    this.#log = log;
    this.process = new SimulatedProcess(name);
    this.#duties = [
      ['payments', 1_000, (ports) => this.#carryOutPayments(ports)],
      ['sweep', 3_000, (ports) => this.#sweep(ports)],
      ['recovery', 2_000, (ports) => this.#recover(ports)],
      ...this.#logDuties(),
    ];
  }

  start(): void {
    this.#offset = null;
    this.#relayed = null;
    const ports = this.#open();
    for (const [name, everyMs, duty] of this.#duties) void this.#repeat(name, everyMs, () => duty(ports));
  }

  #open(): Ports {
    const { store, ledger, provider, events, mutants } = this.#world;
    const ports = { store: store.portFor(this.process), ledger: ledger.portFor(this.process) };
    const settle: SettlePorts = {
      ...ports,
      provider: provider.portFor(this.process),
      claims: mutants.includes('unchecked_claims')
        ? uncheckedClaims(ports.ledger)
        : claimBatcher(ports.ledger, () => ports.store.now()),
      moves: moveBatcher(ports.ledger),
      events,
      retry: { attempts: 3, baseMs: 500 },
      audience: 'buyers',
      paymentGraceMs: PAYMENT_GRACE_MS,
    };
    return { ...ports, settle };
  }

  #logDuties(): Duty[] {
    if (this.#log === 'stream') return [['feed', 700, (ports) => this.#feed(ports)]];
    return [
      ['relay', 700, (ports) => this.#relay(ports)],
      ['consumer', 700, (ports) => this.#consume(ports)],
    ];
  }

  async #repeat(name: string, everyMs: number, duty: () => Promise<void>): Promise<never> {
    const { scheduler } = this.#world;
    for (;;) {
      const failed = await duty().then(
        () => null,
        (error: unknown) => error ?? 'nothing',
      );
      if (failed !== null && !isPassing(failed)) scheduler.fail(`${this.process.name} ${name}: ${failed}`);
      await scheduler.sleep(this.process, failed === null ? everyMs : ERROR_PAUSE_MS);
    }
  }

  async #carryOutPayments({ store, ledger, settle }: Ports): Promise<void> {
    const { scheduler } = this.#world;
    const workerId = this.process.name;
    if (scheduler.chance(0.02)) await releaseLeases(ledger, workerId);
    const nowMs = await store.now();
    const attempts = await leaseAttempts(ledger, { workerId, limit: 4, leaseMs: LEASE_MS, nowMs });
    await Promise.all(attempts.map((attempt) => settlePayment(settle, attempt)));
  }

  async #sweep({ store, ledger, settle: { events } }: Ports): Promise<void> {
    const { saleId } = this.#world;
    const view = await store.readSale(saleId);
    if (!view || view.recovering) return;
    await expireReservations({ store, events }, saleId, 5);
    await endDuePayments({ store, ledger }, saleId, 5);
  }

  async #recover({ store, ledger, settle }: Ports): Promise<void> {
    const drainLog = (saleId: string) => this.#drain({ store, ledger }, saleId);
    await recoverSales({ ...settle, store, ledger, drainLog, workerId: this.process.name, renewEveryMs: null });
  }

  async #drain({ store, ledger }: Pick<Ports, 'store' | 'ledger'>, saleId: string): Promise<void> {
    if (this.#log === 'broker') await this.#world.broker.untilRead(this.process);
    await drainOutbox(store, saleId, this.#handler({ store, ledger }), { batchSize: 8, retryMs: 0 });
  }

  async #feed(ports: Ports): Promise<void> {
    const { saleId, scheduler } = this.#world;
    const feed = new OutboxFeed(ports.store, scheduler.between(1, 8));
    while ((await feed.handBatch(saleId, this.#handler(ports))) === 'more');
  }

  #handler({ store, ledger }: Pick<Ports, 'store' | 'ledger'>): EventHandler {
    return {
      apply: async (saleId, events) => {
        if (this.#world.mutants.includes('hasty_trim')) await store.trimEvents(saleId, events.at(-1)?.seq ?? 0);
        return applyEvents(ledger, saleId, events, 'buyers');
      },
      refuse: async () => {},
    };
  }

  /** Any processor relays; what two of them send is in the broker twice. */
  async #relay({ store }: Ports): Promise<void> {
    const { broker, saleId, scheduler } = this.#world;
    const view = await store.readSale(saleId);
    if (!view) return;
    // What the ledger has taken no notice of is sent again.
    const known = scheduler.chance(0.1) ? view.trimmedSeq : (this.#relayed ?? view.trimmedSeq);
    const after = known > view.lastSeq ? view.trimmedSeq : Math.max(known, view.trimmedSeq);
    const events = await store.readEvents(saleId, after, scheduler.between(1, 8));
    if (events.length === 0) return;
    await broker.send(this.process, events);
    this.#relayed = events.at(-1)?.seq ?? after;
  }

  /** A group that is balanced anew gives the partition to somebody else, who goes on from what was committed. */
  async #consume({ store, ledger }: Ports): Promise<void> {
    const { broker, saleId, scheduler } = this.#world;
    if (this.#offset === null || scheduler.chance(0.1)) this.#offset = await broker.committed(this.process);
    const records = await broker.poll(this.process, this.#offset, scheduler.between(1, 8));
    if (records.length === 0) return;
    const position = await this.#apply({ store, ledger }, records);
    await store.trimEvents(saleId, position);
    this.#offset += records.length;
    await broker.commit(this.process, this.#offset);
  }

  /** What the broker has lost is in the outbox. */
  async #apply(
    { store, ledger }: Pick<Ports, 'store' | 'ledger'>,
    records: Parameters<typeof applyEvents>[2],
  ): Promise<number> {
    const { saleId } = this.#world;
    let position = await applyEvents(ledger, saleId, records);
    const last = records.at(-1)?.seq ?? 0;
    while (position !== 'busy' && position < last) {
      const missing = await store.readEvents(saleId, position, 8);
      const next = await applyEvents(ledger, saleId, missing);
      if (next === position) break;
      position = next;
    }
    return position === 'busy' ? 0 : position;
  }
}
