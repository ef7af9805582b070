import type { FastifyInstance } from 'fastify';
import { Entrance } from './anti-bot/entrance.ts';
import { ProofOfWork } from './anti-bot/proof-of-work.ts';
import { SiteverifyCaptcha } from './anti-bot/siteverify-captcha.ts';
import { drandBeacons } from './beacon/drand/drand-beacon.ts';
import type { Config, LedgerConfig } from './config/config.ts';
import { loadSecrets, type Secrets } from './config/secrets.ts';
import type { Database } from './database/database.ts';
import { openPglite } from './database/embedded-postgres.ts';
import { migrate } from './database/migrate.ts';
import { hastenAttempt, releaseLeases } from './database/payment-schedule.ts';
import { openPostgres } from './database/postgres.ts';
import { LedgerInUse, PostgresLock } from './database/postgres-lock.ts';
import { advanceGates } from './engine/advance-gates.ts';
import { DrawConductor } from './engine/draw-conductor.ts';
import { DrawLists } from './engine/draw-lists.ts';
import { KillSwitches } from './engine/kill-switches.ts';
import { PaymentWatch } from './engine/payment-watch.ts';
import { PeriodicTask } from './engine/periodic-task.ts';
import { restoreSales } from './engine/restore-sales.ts';
import { SaleBoard } from './engine/sale-board.ts';
import { buildServer } from './http/server.ts';
import { TokenSigner } from './http/tokens.ts';
import { EmbeddedOrderLog } from './order-log/embedded/embedded-order-log.ts';
import { HttpPaymentProvider } from './payment/http/http-payment-provider.ts';
import { PaymentProviderUnavailable } from './payment/payment-provider.ts';
import { type SimulatedProvider, startSimulatedProvider } from './payment/simulated/simulated-provider.ts';
import { Processor } from './processor/processor.ts';
import { EmbeddedStore } from './store/embedded/embedded-store.ts';
import type { Store } from './store/store.ts';
import { type BreakerState, EngineEvents } from './telemetry/events.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** What the composition leaves to its caller, and tests turn. */
export interface AppOptions {
  readonly log: Logger;
  /** Epoch milliseconds; the system's clock unless given. */
  readonly clock?: () => number;
  /** Stands between the store and everybody else. */
  readonly wrapStore?: (store: Store) => Store;
  /** How long a call to the payment provider may take. */
  readonly paymentTimeoutMs?: number;
  /** How long a `pay` request waits for its payment. */
  readonly payWaitMs?: number;
  /** The process cannot go on: it must end before it answers anything more. */
  readonly onFault: (error: Error) => void;
}

export interface App {
  readonly server: FastifyInstance;
  readonly secrets: Secrets;
  readonly ports: Awaited<ReturnType<typeof openPorts>>;
  /** Begins to work without listening: for commands that use a data directory of their own. */
  start(): Promise<void>;
  /** Begins to work and to listen. Returns the base URL. */
  listen(): Promise<string>;
  /** Stops listening, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

const BOARD_REFRESH_MS = 200;
const LEDGER_REFRESH_MS = 5_000;
const SWITCH_REFRESH_MS = 2_000;
const LEDGER_LOCK_MS = 2_000;
const LOG_BATCH_SIZE = 1_000;
const LOG_RETRY_MS = 500;
const SWEEP_MS = 200;
const PAYMENT_WATCH_MS = 25;
const PAYMENT_TIMEOUT_MS = 10_000;
const PAY_WAIT_MS = 10_000;
const DRAW_STEP_MS = 500;
const GATE_TICK_MS = 100;
const LEDGER_CONNECTIONS = 10;

/** Puts the parts together. The only place that names an adapter. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const ports = await openPorts(config, options);
  const { store, ledger, orderLog, provider, events, metrics, board, switches, secrets, log } = ports;
  const paymentTimeoutMs = options.paymentTimeoutMs ?? PAYMENT_TIMEOUT_MS;
  const processor = new Processor(
    { store, orderLog, ledger: ledger.db, provider, events },
    {
      workerId: ports.workerId,
      audience: 'buyers',
      concurrency: config.workerConcurrency,
      retry: config.retry,
      paymentGraceMs: paymentTimeoutMs,
      idempotencyTtlMs: config.idempotencyTtlMs,
      sweepMs: SWEEP_MS,
    },
  );
  const entrance = new Entrance(
    { proofOfWork: new ProofOfWork(secrets.tokenKeys), captcha: ports.captcha, events },
    config.entrance,
  );
  const watch = new PaymentWatch(ledger.db, PAYMENT_WATCH_MS, () => processor.wakePayments());
  const beacons = drandBeacons(config.drawBeaconUrl);
  const drawLists = new DrawLists(store);
  const conductor = new DrawConductor({ store, ledger: ledger.db, beacons, drawLists, events });
  const draws = new PeriodicTask({
    everyMs: DRAW_STEP_MS,
    run: () => conductor.conduct(),
    onFailure: (error) => events.backgroundFailure('draws', error),
  });
  const gates = new PeriodicTask({
    everyMs: GATE_TICK_MS,
    run: () => advanceGates({ store, switches }),
    onFailure: (error) => events.backgroundFailure('gates', error),
  });
  const server = await buildServer({
    store,
    orderLog,
    ledger: ledger.db,
    checks: {
      store: async () => void (await store.listSales()),
      order_log: async () => void (await orderLog.lag()),
      ledger: () => ledger.ping(),
      payment: async () => refuseOpenBreaker(provider),
    },
    breakers: () => ({
      payment: provider.breakerState(),
      ...(ports.captcha && { captcha: ports.captcha.breakerState() }),
    }),
    board,
    switches,
    beacons,
    drawLists,
    watch,
    entrance,
    events,
    metrics,
    log,
    config,
    tokens: new TokenSigner(secrets.tokenKeys),
    adminTokens: { operator: secrets.adminToken, viewer: secrets.viewerToken },
    clock: options.clock ?? Date.now,
    paymentSecret: secrets.paymentSecret,
    paymentGraceMs: paymentTimeoutMs,
    payWaitMs: options.payWaitMs ?? PAY_WAIT_MS,
    paymentCallback: async (attemptId) => {
      await hastenAttempt(ledger.db, { attemptId, nowMs: await store.now() });
      processor.wakePayments();
    },
  });

  async function start(): Promise<void> {
    await Promise.all([board.start(), switches.start()]);
    processor.start();
    draws.start();
    gates.start();
  }
  async function listen(): Promise<string> {
    await start();
    return server.listen({ host: config.http.host, port: config.http.port });
  }
  async function stop(): Promise<void> {
    await server.close();
    await Promise.all([processor.stop(), draws.stop(), gates.stop()]);
    await Promise.all([switches.stop(), board.stop()]);
    await ports.close();
  }
  return { server, secrets, ports, start, listen, stop };
}

/** The provider is not asked for its health: what its calls have met lately says more. */
function refuseOpenBreaker(provider: HttpPaymentProvider): void {
  if (provider.breakerState() === 'open') throw new PaymentProviderUnavailable('the circuit breaker is open');
}

async function openPorts(config: Config, options: AppOptions) {
  const { log, onFault } = options;
  const secrets = await loadSecrets(config);
  const metrics = createMetrics();
  metrics.buildInfo.set(
    { version: config.build.version, color: config.build.color, commit: config.build.commit ?? '' },
    1,
  );
  // Until it changes for the first time: a gauge that is absent cannot be told from one that nobody sets.
  metrics.circuitBreakerState.set({ dependency: 'payment' }, 0);
  const events = new EngineEvents(metrics, log);
  const embedded = await EmbeddedStore.open({
    directory: config.store.directory,
    outboxMax: config.store.outboxMax,
    clock: options.clock ?? Date.now,
    onFault,
    onBatch: (size) => metrics.storeBatchSize.observe(size),
  });
  const store = options.wrapStore?.(embedded) ?? embedded;
  const ledger = await openLedger(config.ledger, (error) => events.backgroundFailure('ledger', error));
  const unlockLedger = await lockLedger(config.ledger, events).catch(async (error: unknown) => {
    await Promise.all([ledger.close(), store.close()]);
    throw error;
  });
  const workerId = `embedded:${embedded.incarnation}`;
  await migrateLedger(config.ledger, ledger);
  await restoreSales({ store, ledger: ledger.db });
  await releaseLeases(ledger.db, workerId);
  const simulated = await startSimulated(config, secrets);
  const provider = openProvider(config, options, secrets, events, simulated);
  const captcha = openCaptcha(config, events);
  const orderLog = new EmbeddedOrderLog(store, {
    batchSize: LOG_BATCH_SIZE,
    retryMs: LOG_RETRY_MS,
    onFailure: (saleId, error) => events.backgroundFailure(`order log of sale ${saleId}`, error),
  });
  const board = new SaleBoard(store, ledger.db, {
    refreshMs: BOARD_REFRESH_MS,
    ledgerRefreshMs: LEDGER_REFRESH_MS,
    onFailure: (error) => events.backgroundFailure('board', error),
  });
  const switches = new KillSwitches(ledger.db, {
    refreshMs: SWITCH_REFRESH_MS,
    onFailure: (error) => events.backgroundFailure('switches', error),
  });
  async function close(): Promise<void> {
    await Promise.all([provider.close(), captcha?.close()]);
    await simulated?.close();
    await ledger.close();
    await unlockLedger();
    await store.close();
  }
  return {
    store,
    ledger,
    orderLog,
    provider,
    captcha,
    simulated,
    board,
    switches,
    events,
    metrics,
    secrets,
    workerId,
    log,
    close,
  };
}

/** The ledger, reachable. `onFault` is told of faults that no caller waits for. */
export async function openLedger(settings: LedgerConfig, onFault: (error: Error) => void): Promise<Database> {
  if (settings.kind === 'pglite') return openPglite({ dataDir: settings.directory, onFault });
  const ledger = openPostgres({ url: settings.url, maxConnections: LEDGER_CONNECTIONS, onFault });
  await ledger.ping();
  return ledger;
}

/**
 * An embedded store sells alone, so its ledger is its own. A directory locks itself. Returns the release; throws
 * `LedgerInUse` when another process has the ledger.
 */
async function lockLedger(settings: LedgerConfig, events: EngineEvents): Promise<() => Promise<void>> {
  if (settings.kind === 'pglite') return async () => {};
  const lock = await PostgresLock.take(settings.url);
  const holding = new PeriodicTask({
    everyMs: LEDGER_LOCK_MS,
    run: () => lock.hold(),
    onFailure: (error) => {
      if (error instanceof LedgerInUse) events.ledgerTaken(error);
      else events.backgroundFailure('ledger lock', error);
    },
  });
  holding.start();
  return async () => {
    await holding.stop();
    await lock.release();
  };
}

/** Brings the ledger up to date, however long it takes. Returns the names of the migrations that it applied. */
export async function migrateLedger(settings: LedgerConfig, ledger: Database): Promise<string[]> {
  if (settings.kind === 'pglite') return migrate(ledger.db);
  const patient = openPostgres({
    url: settings.url,
    maxConnections: 1,
    statementTimeoutMs: Number.POSITIVE_INFINITY,
    // One that is lost while idle is lost for the next statement too, and that one has somebody to tell.
    onFault: () => {},
  });
  try {
    return await migrate(patient.db);
  } finally {
    await patient.close();
  }
}

async function startSimulated({ payment }: Config, { paymentSecret }: Secrets): Promise<SimulatedProvider | null> {
  if (payment.kind !== 'simulated') return null;
  return startSimulatedProvider({ dataDir: payment.directory, secret: paymentSecret });
}

function openProvider(
  config: Config,
  { paymentTimeoutMs }: AppOptions,
  { paymentSecret }: Secrets,
  events: EngineEvents,
  simulated: SimulatedProvider | null,
): HttpPaymentProvider {
  const callbackUrl = config.http.publicUrl && new URL('/api/v1/payment-callbacks', config.http.publicUrl).href;
  return new HttpPaymentProvider({
    url: simulated?.url ?? (config.payment.kind === 'http' ? config.payment.url : ''),
    secret: paymentSecret,
    ...(callbackUrl && { callbackUrl }),
    timeoutMs: paymentTimeoutMs ?? PAYMENT_TIMEOUT_MS,
    maxConcurrent: config.workerConcurrency,
    retry: config.retry,
    breaker: config.breaker,
    onBreakerChange: (state) => events.breakerChanged('payment', state),
    onRetry: () => events.callRepeated('payment'),
  });
}

function openCaptcha({ captcha, breaker }: Config, events: EngineEvents): SiteverifyCaptcha | null {
  if (!captcha) return null;
  const onBreakerChange = (state: BreakerState) => events.breakerChanged('captcha', state);
  return new SiteverifyCaptcha({ ...captcha, breaker, onBreakerChange });
}
