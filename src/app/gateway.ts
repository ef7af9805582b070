import type { FastifyInstance } from 'fastify';
import { Entrance } from '../anti-bot/entrance.ts';
import { ProofOfWork } from '../anti-bot/proof-of-work.ts';
import { SiteverifyCaptcha } from '../anti-bot/siteverify-captcha.ts';
import { drandBeacons } from '../beacon/drand/drand-beacon.ts';
import type { Config } from '../config/config.ts';
import { hastenAttempt } from '../database/payment-schedule.ts';
import { advanceGates } from '../engine/advance-gates.ts';
import { DrawConductor } from '../engine/draw-conductor.ts';
import { DrawLists } from '../engine/draw-lists.ts';
import { LiveFigures } from '../engine/live-figures.ts';
import { PaymentWatch } from '../engine/payment-watch.ts';
import { PeriodicTask } from '../engine/periodic-task.ts';
import type { ReportLedger } from '../engine/report-ledger.ts';
import type { Draining } from '../http/draining.ts';
import { buildServer } from '../http/server.ts';
import { TokenSigner } from '../http/tokens.ts';
import type { BreakerState, EngineEvents } from '../telemetry/events.ts';
import { openFigureExchange } from './open-figures.ts';
import { openPageCache } from './open-page-cache.ts';
import type { Ports } from './open-ports.ts';
import { openReports } from './open-reports.ts';
import { openTallies } from './open-tallies.ts';
import type { Processing } from './processing.ts';

/** The part of a process that answers. */
export interface Front {
  readonly server: FastifyInstance;
  start(): void;
  /** Finishes what is under way. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  /** Null where other processes do what needs no request. */
  readonly processing: Processing | null;
  readonly draining: Draining;
  readonly paymentTimeoutMs: number;
  readonly payWaitMs: number;
}

const PAYMENT_WATCH_MS = 25;
const DRAW_STEP_MS = 500;
const GATE_TICK_MS = 100;

/** Answers buyers and operators, and keeps gates and draws going. */
export async function openGateway(config: Config, ports: Ports, options: GatewayOptions): Promise<Front> {
  const { store, ledger, secrets, events, clock } = ports;
  const { processing, draining, paymentTimeoutMs, payWaitMs } = options;
  const wakePayments = () => processing?.wakePayments();
  const captcha = openCaptcha(config, events);
  const pageCache = openPageCache(config, events);
  const { tallies, close: closeTallies } = openTallies(config.store, events);
  const proofOfWork = new ProofOfWork(secrets.tokenKeys, tallies);
  const beacons = drandBeacons(config.drawBeaconUrl);
  const drawLists = new DrawLists(store);
  const reports = openReports(config.ledger, ports);
  const figures = openLiveFigures(config, reports, events);
  const server = await buildServer({
    ...ports,
    ledger: ledger.db,
    reports,
    figures,
    orderLog: processing?.orderLog ?? null,
    role: config.role,
    dependencies: processing?.dependencies ?? gatewayDependencies(ports),
    breakers: () => ({
      ...processing?.breakers(),
      ...(captcha && { captcha: captcha.breakerState() }),
      ...(pageCache && { cdn: pageCache.breakerState() }),
    }),
    pageCache,
    draining,
    beacons,
    drawLists,
    audience: config.audience,
    watch: new PaymentWatch(ledger.db, PAYMENT_WATCH_MS, wakePayments),
    tallies,
    entrance: new Entrance({ proofOfWork, captcha, tallies, events }, config.entrance),
    config,
    tokens: new TokenSigner(secrets.tokenKeys),
    adminTokens: { operator: secrets.adminToken, viewer: secrets.viewerToken },
    clock,
    paymentSecret: secrets.paymentSecret,
    paymentGraceMs: paymentTimeoutMs,
    payWaitMs,
    paymentCallback: async (attemptId) => {
      await hastenAttempt(ledger.db, { attemptId, nowMs: await store.now() });
      wakePayments();
    },
  });
  const conductor = new DrawConductor({ store, ledger: ledger.db, beacons, drawLists, events });
  const tasks = periodicTasks(ports, conductor);
  return {
    server,
    start: () => {
      for (const task of [...tasks, reports, figures]) task.start();
    },
    stop: async () => {
      await Promise.all([...tasks, reports, figures].map((task) => task.stop()));
    },
    close: async () => {
      await Promise.all([captcha?.close(), pageCache?.close(), closeTallies(), reports.close(), figures.close()]);
    },
  };
}

function openLiveFigures({ store }: Config, reports: ReportLedger, events: EngineEvents): LiveFigures {
  const onFailure = (error: unknown) => events.backgroundFailure('live figures', error);
  return new LiveFigures({ reports, exchange: openFigureExchange(store, onFailure), onFailure });
}

/** Any number of gateways do the same: the store decides what comes of it, and the first step counts. */
function periodicTasks({ store, switches, events }: Ports, conductor: DrawConductor): PeriodicTask[] {
  const task = (name: string, everyMs: number, run: () => Promise<void>) =>
    new PeriodicTask({ everyMs, run, onFailure: (error) => events.backgroundFailure(name, error) });
  return [
    task('draws', DRAW_STEP_MS, () => conductor.conduct()),
    task('gates', GATE_TICK_MS, () => advanceGates({ store, switches })),
  ];
}

/** A gateway sells as long as the store answers, or what is left of a cluster: the ledger catches up later. */
function gatewayDependencies({ store, ledger }: Ports): Processing['dependencies'] {
  return {
    store: { needed: true, ask: async () => void (await store.now()) },
    ledger: { needed: false, ask: () => ledger.ping() },
  };
}

function openCaptcha({ captcha, breaker }: Config, events: EngineEvents): SiteverifyCaptcha | null {
  if (!captcha) return null;
  events.breakerKnown('captcha');
  const onBreakerChange = (state: BreakerState) => events.breakerChanged('captcha', state);
  return new SiteverifyCaptcha({ ...captcha, breaker, onBreakerChange });
}
