import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drandBeacons } from '../../src/beacon/drand/drand-beacon.ts';
import type { Database } from '../../src/database/database.ts';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { migrate } from '../../src/database/migrate.ts';
import { insertSale, setEpoch } from '../../src/database/sales.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import { type AuditReport, audit } from '../../src/engine/audit.ts';
import { DrawConductor } from '../../src/engine/draw-conductor.ts';
import { DrawLists } from '../../src/engine/draw-lists.ts';
import { KillSwitches } from '../../src/engine/kill-switches.ts';
import { type PayOutcome, type PayRequest, pay } from '../../src/engine/pay.ts';
import { recordBatcher } from '../../src/engine/payment-batches.ts';
import { PaymentWatch } from '../../src/engine/payment-watch.ts';
import { EmbeddedOrderLog } from '../../src/order-log/embedded/embedded-order-log.ts';
import { HttpPaymentProvider } from '../../src/payment/http/http-payment-provider.ts';
import { type SimulatedProvider, startSimulatedProvider } from '../../src/payment/simulated/simulated-provider.ts';
import { Processor } from '../../src/processor/processor.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { EngineEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const SECRET = 'both the shop and its payment service sign with this';
const PROVIDER_TIMEOUT_MS = 10_000;
/** The driven clock runs many times as fast as the payments. */
const GRACE_MS = 600_000;
const WATCH_MS = 25;

export interface ShopSettings {
  readonly openLedger: (directory: string) => Promise<Database>;
  /** Payments carried out at the same time. */
  readonly workers: number;
  /** How long the payment service takes to answer. */
  readonly latencyMs: number;
}

const DEFAULT_SETTINGS: ShopSettings = {
  openLedger: (dataDir) => openPglite({ dataDir, onFault }),
  workers: 10,
  latencyMs: 0,
};

/** The engine with real parts and without HTTP, under a clock that is driven. */
export class Shop {
  readonly store: EmbeddedStore;
  readonly events: EngineEvents;
  readonly #ledger: Database;
  readonly #parts: Awaited<ReturnType<typeof openParts>>;
  readonly #directory: string;

  private constructor(parts: Awaited<ReturnType<typeof openParts>>, directory: string) {
    this.#parts = parts;
    this.#directory = directory;
    this.store = parts.store;
    this.events = parts.events;
    this.#ledger = parts.ledger;
  }

  static async open(clock: () => number, settings: ShopSettings = DEFAULT_SETTINGS): Promise<Shop> {
    const directory = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
    const parts = await openParts(directory, clock, settings);
    await parts.switches.start();
    parts.processor.start();
    return new Shop(parts, directory);
  }

  async close(): Promise<void> {
    const { switches, provider, simulated } = this.#parts;
    await this.stopWork();
    await switches.stop();
    await provider.close();
    await simulated.close();
    await this.#ledger.close();
    await this.store.close();
    await rm(this.#directory, { recursive: true });
  }

  /** Takes nothing more out of the order log. What is under way is finished. */
  stopWork(): Promise<void> {
    return this.#parts.processor.stop();
  }

  async openSale(sale: SaleDefinition): Promise<void> {
    await insertSale(this.#ledger.db, sale, await this.store.now());
    await setEpoch(this.#ledger.db, sale.saleId, 1);
    await this.store.prepareSale(sale, 1, 'bench');
  }

  conductDraws(): Promise<void> {
    return this.#parts.conductor.conduct();
  }

  pay(request: PayRequest): Promise<PayOutcome> {
    const { store, switches, watch, records } = this.#parts;
    return pay({ store, ledger: this.#ledger.db, records, switches, watch, paymentGraceMs: GRACE_MS }, request);
  }

  audit(saleId: string): Promise<AuditReport> {
    return audit({ store: this.store, ledger: this.#ledger.db, events: this.events }, [saleId]);
  }

  /** Events of a sale that the ledger does not have yet. */
  async lag(saleId: string): Promise<number> {
    const view = await this.store.readSale(saleId);
    return view ? view.lastSeq - view.trimmedSeq : 0;
  }

  get journalDirectory(): string {
    return join(this.#directory, 'journal');
  }

  /** What the journal holds, opened anew. The shop itself is of no use any more but to be closed. */
  async reopenStore(clock: () => number): Promise<EmbeddedStore> {
    await this.store.close();
    return openStore(this.journalDirectory, clock);
  }
}

function openStore(directory: string, clock: () => number): Promise<EmbeddedStore> {
  const outboxMax = Number.POSITIVE_INFINITY;
  return EmbeddedStore.open({ directory, clock, outboxMax, onFault });
}

async function openParts(directory: string, clock: () => number, { openLedger, workers, latencyMs }: ShopSettings) {
  const events = new EngineEvents(createMetrics(), createLogger('warn'));
  const store = await openStore(join(directory, 'journal'), clock);
  const ledger = await openLedger(join(directory, 'ledger'));
  await migrate(ledger.db);
  const simulated = await startSimulatedProvider({
    dataDir: join(directory, 'payments'),
    secret: SECRET,
    behaviour: { latency_ms: latencyMs },
  });
  const provider = openProvider(simulated, workers);
  const onFailure = (_: unknown, error: unknown) => onFault(error);
  const orderLog = new EmbeddedOrderLog(store, store, {
    batchSize: 1_000,
    retryMs: 1,
    outboxMax: Number.POSITIVE_INFINITY,
    onFailure,
  });
  const processor = new Processor(
    { store, orderLog, ledger: ledger.db, provider, events },
    {
      workerId: 'bench',
      audience: 'buyers',
      concurrency: workers,
      retry: { attempts: 3, baseMs: 100 },
      paymentGraceMs: GRACE_MS,
      idempotencyTtlMs: 86_400_000,
      sweepMs: 200,
    },
  );
  const drawLists = new DrawLists(store);
  const conductor = new DrawConductor({ store, ledger: ledger.db, beacons: drandBeacons(null), drawLists, events });
  const watch = new PaymentWatch(ledger.db, WATCH_MS, () => processor.wakePayments());
  const switches = new KillSwitches(ledger.db, { refreshMs: 60_000, onFailure: onFault });
  const records = recordBatcher(ledger.db);
  return { events, store, ledger, simulated, provider, processor, conductor, watch, records, switches };
}

function openProvider({ url }: SimulatedProvider, maxConcurrent: number): HttpPaymentProvider {
  return new HttpPaymentProvider({
    url,
    secret: SECRET,
    timeoutMs: PROVIDER_TIMEOUT_MS,
    maxConcurrent,
    retry: { attempts: 3, baseMs: 100 },
    breaker: { failureThreshold: 5, successThreshold: 1, baseOpenMs: 100, maxOpenMs: 1_000 },
  });
}

function onFault(fault: unknown): never {
  throw fault;
}
