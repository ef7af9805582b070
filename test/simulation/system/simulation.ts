import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import { type DatabaseConnection, sql } from 'kysely';
import { nameIncarnation } from '../../../src/database/sale-fences.ts';
import { insertSale, setEpoch } from '../../../src/database/sales.ts';
import type { Ledger } from '../../../src/database/schema.ts';
import type { SaleDefinition } from '../../../src/domain/sale.ts';
import { derivedId } from '../../../src/engine/derived-id.ts';
import { EngineEvents } from '../../../src/telemetry/events.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { MINUTE_MS, saleDefinition, saleItem } from '../../support/sale-fixtures.ts';
import { Chaos, type ChaosPlan } from './chaos.ts';
import type { Mutant } from './mutants.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedBroker } from './simulated-broker.ts';
import { SimulatedBuyer } from './simulated-buyer.ts';
import { SimulatedGateway } from './simulated-gateway.ts';
import { SimulatedLedger } from './simulated-ledger.ts';
import { type LogKind, SimulatedProcessor } from './simulated-processor.ts';
import { SimulatedProvider } from './simulated-provider.ts';
import { SimulatedStore } from './simulated-store.ts';
import { brokenAtRest, brokenLedger } from './system-invariants.ts';
import type { World } from './world.ts';

export interface SimulationPlan {
  readonly seed: number;
  readonly log: LogKind;
  readonly buyers: number;
  /** Everything has come to rest by then, or never will. */
  readonly maxTurns: number;
  readonly chaos: ChaosPlan;
  /** Mistakes that are to be made. */
  readonly mutants: readonly Mutant[];
}

export interface SimulationReport {
  readonly turns: number;
  /** Each step, with its time: the same seed makes the same. */
  readonly trace: readonly string[];
  /** Empty when all is well. */
  readonly failures: readonly string[];
  readonly paid: number;
}

/** A database that is there for simulations alone, one connection of it. */
export interface SimulationDatabase {
  readonly db: Ledger;
  readonly connection: DatabaseConnection;
}

const FIRST_EPOCH = 1;
const REST_CHECK_TURNS = 50;
/** Who has heard from the real database may gather for a turn of the event loop or two before asking for more. */
const QUIET_TURNS = 4;

/** A sale of a dozen units, two gateways, two processors, and all that can go wrong between them. */
export async function simulate(database: SimulationDatabase, plan: SimulationPlan): Promise<SimulationReport> {
  const random = Math.random;
  // What waits at random waits for the scheduler's reasons alone.
  Math.random = () => 0.5;
  try {
    await emptyLedger(database.db);
    return await new Simulation(database, plan).run();
  } finally {
    Math.random = random;
  }
}

class Simulation {
  readonly #plan: SimulationPlan;
  readonly #db: Ledger;
  readonly #world: World;
  readonly #buyers: readonly SimulatedBuyer[];
  readonly #gateways: readonly SimulatedGateway[];
  readonly #processors: readonly SimulatedProcessor[];
  readonly #chaos: Chaos;
  #checkedCommits = 0;

  constructor({ db, connection }: SimulationDatabase, plan: SimulationPlan) {
    const scheduler = new Scheduler(plan.seed);
    this.#plan = plan;
    this.#db = db;
    this.#world = {
      scheduler,
      store: new SimulatedStore(scheduler),
      ledger: new SimulatedLedger(scheduler, connection),
      provider: new SimulatedProvider(scheduler),
      broker: new SimulatedBroker(scheduler),
      events: new EngineEvents(createMetrics(), createLogger('silent')),
      saleId: derivedId('sale', String(plan.seed)),
      mutants: plan.mutants,
    };
    this.#gateways = ['gateway-1', 'gateway-2'].map((name) => new SimulatedGateway(this.#world, name));
    this.#processors = ['processor-1', 'processor-2'].map(
      (name) => new SimulatedProcessor(this.#world, name, plan.log),
    );
    const shop = { scheduler, gateways: this.#gateways, saleId: this.#world.saleId };
    this.#buyers = Array.from({ length: plan.buyers }, (_, index) => new SimulatedBuyer(shop, `buyer-${index}`));
    const lines = this.#gateways.map(({ line }) => line);
    this.#chaos = new Chaos(this.#world, [...this.#gateways, ...this.#processors], lines, plan.chaos);
  }

  async run(): Promise<SimulationReport> {
    await this.#openSale();
    for (const process of [...this.#gateways, ...this.#processors]) process.start();
    const { scheduler } = this.#world;
    for (const part of [...this.#buyers.map((buyer) => buyer.visit()), this.#chaos.strike()]) {
      part.catch((error: unknown) => scheduler.fail(String(error)));
    }
    const turns = await this.#play();
    if (scheduler.failures.length === 0) await this.#checkAtRest();
    return { turns, trace: scheduler.trace, failures: scheduler.failures, paid: await this.#countPaid() };
  }

  /** As `createSale` leaves it: the ledger knows which store sells it. */
  async #openSale(): Promise<void> {
    const { store, saleId, scheduler } = this.#world;
    const nowMs = scheduler.clock.read();
    const sale = saleOf(saleId, nowMs);
    await insertSale(this.#db, sale, nowMs);
    await setEpoch(this.#db, saleId, FIRST_EPOCH);
    await store.open(sale, FIRST_EPOCH);
    const incarnation = (await store.direct.readSale(saleId))?.incarnation ?? '';
    await nameIncarnation(this.#db, { saleId, epoch: FIRST_EPOCH, incarnation });
  }

  async #play(): Promise<number> {
    const { scheduler } = this.#world;
    const { maxTurns } = this.#plan;
    for (let turn = 1; turn <= maxTurns; turn++) {
      await scheduler.turn();
      await this.#settle();
      await this.#checkLedger();
      if (scheduler.failures.length > 0) return turn;
      if (turn % REST_CHECK_TURNS === 0 && (await this.#isAtRest())) return turn;
    }
    scheduler.fail(`no rest after ${maxTurns} turns`);
    return maxTurns;
  }

  /** Until every process waits for the scheduler. */
  async #settle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS; ) {
      await turnOfEventLoop();
      quietTurns = (await this.#world.ledger.idle()) ? quietTurns + 1 : 0;
    }
  }

  async #checkLedger(): Promise<void> {
    const { ledger, scheduler, saleId } = this.#world;
    if (!ledger.isFree || ledger.commits === this.#checkedCommits) return;
    this.#checkedCommits = ledger.commits;
    for (const problem of await brokenLedger(this.#db, saleId)) scheduler.fail(problem);
  }

  /** Nobody wants anything any more, and all that was begun has ended. */
  async #isAtRest(): Promise<boolean> {
    const { store, ledger, saleId } = this.#world;
    if (!this.#chaos.isOver || !this.#buyers.every(({ isDone }) => isDone) || !ledger.isFree) return false;
    const snapshot = await store.direct.snapshot(saleId);
    if (!snapshot || snapshot.recovering || snapshot.lastSeq > snapshot.trimmedSeq) return false;
    if (snapshot.orders.some(({ state }) => state === 'reserved' || state === 'paying')) return false;
    const due = await sql`select from payments where next_try_at is not null limit 1`.execute(this.#db);
    return due.rows.length === 0;
  }

  async #checkAtRest(): Promise<void> {
    const { blows, storeLosses } = this.#plan.chaos;
    const mayLose = blows.includes('fail_over') && storeLosses.some((loss) => loss !== 'nothing');
    const promises = this.#buyers.flatMap((buyer) => buyer.promises);
    for (const problem of await brokenAtRest(this.#world, this.#db, promises, mayLose)) {
      this.#world.scheduler.fail(problem);
    }
  }

  async #countPaid(): Promise<number> {
    const { rows } = await sql<{ paid: number }>`
      select count(*) as paid from orders where sale_id = ${this.#world.saleId} and state = 'paid'`.execute(this.#db);
    return Number(rows[0]?.paid ?? 0);
  }
}

/** A minute to pay; more buyers than units. */
function saleOf(saleId: string, nowMs: number): SaleDefinition {
  return saleDefinition({
    saleId,
    startsAtMs: nowMs,
    endsAtMs: nowMs + 10 * MINUTE_MS,
    reservationSeconds: 30,
    items: [saleItem({ skuId: 'sneaker', totalStock: 6 }), saleItem({ skuId: 'hat', totalStock: 4 })],
  });
}

/** Not by `truncate`, whose new files would all be synced in the end. Nobody loses what is simulated, so commits need no sync. */
async function emptyLedger(db: Ledger): Promise<void> {
  await sql`set synchronous_commit = off`.execute(db);
  const { rows } = await sql<{ name: string }>`
    select quote_ident(tablename) as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%'
    order by tablename = 'sales'`.execute(db);
  for (const { name } of rows) await sql.raw(`delete from ${name}`).execute(db);
}
