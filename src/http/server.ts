import type { FastifyInstance } from 'fastify';
import type { Entrance } from '../anti-bot/entrance.ts';
import type { Tallies } from '../anti-bot/tallies.ts';
import type { Beacons } from '../beacon/beacon.ts';
import type { PageCache } from '../cdn/page-cache.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../database/schema.ts';
import type { Audience } from '../domain/order-news.ts';
import type { DrawLists } from '../engine/draw-lists.ts';
import type { KillSwitches } from '../engine/kill-switches.ts';
import type { LiveFigures } from '../engine/live-figures.ts';
import { orderLookup } from '../engine/order-view.ts';
import { recordBatcher } from '../engine/payment-batches.ts';
import type { PaymentWatch } from '../engine/payment-watch.ts';
import type { ReportLedger } from '../engine/report-ledger.ts';
import type { SaleBoard } from '../engine/sale-board.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { addDeadLetterRoutes } from './admin/dead-letter-routes.ts';
import { addAdminOrderRoutes } from './admin/order-routes.ts';
import { addOversightRoutes } from './admin/oversight-routes.ts';
import { addReviewRoutes } from './admin/review-routes.ts';
import { addAdminSaleRoutes } from './admin/sale-routes.ts';
import { addAdminSessionRoutes } from './admin/session-routes.ts';
import { addWebhookRoutes } from './admin/webhook-routes.ts';
import { AdminSessions } from './admin-sessions.ts';
import type { AdminTokens } from './admin-tokens.ts';
import { BuyerSessions } from './buyer-sessions.ts';
import { EventStreams } from './event-streams.ts';
import { createIdentify, type Identify } from './identity.ts';
import { createInstance } from './instance.ts';
import { installAnswerHeaders } from './plugins/answer-headers.ts';
import { installDocsPages, installOpenApi } from './plugins/api-docs.ts';
import { createAuthentication } from './plugins/authentication.ts';
import { installCors } from './plugins/cross-origin.ts';
import { installFaults } from './plugins/faults.ts';
import { installGuards, limitHook } from './plugins/guards.ts';
import { installJsonBodies } from './plugins/json-bodies.ts';
import { LoadShedder } from './plugins/load-shedder.ts';
import { RateLimits } from './plugins/rate-limits.ts';
import { RequestMetrics } from './plugins/request-metrics.ts';
import { installRequestTracing } from './plugins/request-tracing.ts';
import { installSaleActivity } from './plugins/sale-activity.ts';
import { installSilentConnections } from './plugins/silent-connections.ts';
import { addChallengeRoute } from './public/challenge-route.ts';
import { addDrawRoutes } from './public/draw-routes.ts';
import { addOrderRoutes } from './public/order-routes.ts';
import { addPaymentCallbackRoute } from './public/payment-callback-route.ts';
import { addPurchaseRoute } from './public/purchase-route.ts';
import { addQueueRoutes } from './public/queue-routes.ts';
import { addSaleRoutes } from './public/sale-routes.ts';
import { addSessionRoutes } from './public/session-routes.ts';
import { addServiceRoutes, type ServicePorts } from './service-server.ts';
import type { TokenSigner } from './tokens.ts';
import { addQueuePageRoutes } from './web/queue-page-routes.ts';
import { addSignInRoutes } from './web/sign-in-routes.ts';
import { openWebPages, type WebPages } from './web/web-pages.ts';

/** What the HTTP edge asks of the rest of the application. */
export interface HttpPorts extends ServicePorts {
  readonly config: Config;
  readonly store: Store;
  readonly ledger: Ledger;
  /** For lists, which may be behind by a moment. */
  readonly reports: ReportLedger;
  readonly board: SaleBoard;
  /** For whoever watches a sale. */
  readonly figures: LiveFigures;
  readonly switches: KillSwitches;
  readonly beacons: Beacons;
  /** Null: no content delivery network has to be told of pages that change. */
  readonly pageCache: PageCache | null;
  readonly drawLists: DrawLists;
  readonly watch: PaymentWatch;
  /** Who is told what becomes of orders. */
  readonly audience: Audience;
  readonly entrance: Entrance;
  readonly tallies: Tallies;
  readonly events: EngineEvents;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly tokens: TokenSigner;
  readonly adminTokens: AdminTokens;
  /** What payment callbacks are signed with. */
  readonly paymentSecret: string;
  /** How long a reservation is held for a payment under way, at least. */
  readonly paymentGraceMs: number;
  /** How long `pay` waits before it answers that the payment is still under way. */
  readonly payWaitMs: number;
  /** The provider has news of an attempt, which is to be looked up. Unknown attempts are ignored. */
  readonly paymentCallback: (attemptId: string) => Promise<void>;
  /** Epoch milliseconds: what tokens are timed by. */
  readonly clock: () => number;
}

const STREAMS_PER_PROCESS = 20_000;
/** Many buyers may share an address; with the limit by address off, so is this. */
const STREAMS_PER_CLIENT = 200;

/** Everything that answers HTTP. It is ready to be injected into or to listen, and does neither itself. */
export async function buildServer(ports: HttpPorts): Promise<FastifyInstance> {
  const { config, metrics, log } = ports;
  const app = createInstance(config);
  const limits = new RateLimits(config.rateLimits, ports);
  const requestMetrics = new RequestMetrics(metrics, log);
  const shedder = new LoadShedder();
  const web = await openWebPages(ports);
  const adminSessions = new AdminSessions(ports);
  const buyerSessions = config.auth.mode === 'guest' ? null : new BuyerSessions(ports);
  const identify = createIdentify(config.auth, ports.tokens);
  const authentication = createAuthentication({ ...ports, adminSessions, buyerSessions, identify });

  await installOpenApi(app, config.build.version);
  if (config.http.corsOrigins.length > 0) await installCors(app, config.http.corsOrigins);
  installRequestTracing(app);
  installSilentConnections(app);
  installJsonBodies(app);
  installAnswerHeaders(app);
  ports.draining.install(app);
  const { answerMissing } = web;
  installFaults(app, { log, limit: limitHook(limits), metrics: requestMetrics, answerMissing });
  requestMetrics.install(app);
  installSaleActivity(app, ports);
  installGuards(app, { limits, shedder, authentication });
  addAdminSessionRoutes(app, { ...ports, adminSessions });
  await addRoutes(app, ports, web);
  await addBuyerPages(app, ports, { web, limits, buyerSessions, identify });
  app.addHook('onReady', async () => shedder.start());
  app.addHook('onClose', async () => shedder.stop());
  await app.ready();
  return app;
}

async function addRoutes(app: FastifyInstance, ports: HttpPorts, web: WebPages): Promise<void> {
  const { config, events, metrics } = ports;
  const perClient = config.rateLimits.perIp > 0 ? STREAMS_PER_CLIENT : Number.POSITIVE_INFINITY;
  const streams = new EventStreams({ perProcess: STREAMS_PER_PROCESS, perClient }, metrics);
  app.addHook('preClose', async () => streams.close());

  const onLedgerFailure = (error: unknown) => events.backgroundFailure('order details', error);
  const { salePages } = web;
  app.addHook('onClose', () => salePages.close());
  addSessionRoutes(app, { ...ports, auth: config.auth });
  addSaleRoutes(app, { ...ports, streams });
  addDrawRoutes(app, ports);
  addChallengeRoute(app, ports);
  addQueueRoutes(app, ports);
  addPurchaseRoute(app, ports);
  const { ledger } = ports;
  addOrderRoutes(app, { ...ports, lookup: orderLookup(ledger), records: recordBatcher(ledger), onLedgerFailure });
  await addPaymentCallbackRoute(app, ports);
  addAdminSaleRoutes(app, { ...ports, streams, salePages });
  addAdminOrderRoutes(app, ports);
  addReviewRoutes(app, ports);
  addDeadLetterRoutes(app, ports);
  addWebhookRoutes(app, ports);
  addOversightRoutes(app, ports);
  addServiceRoutes(app, ports);
  await installDocsPages(app);
}

interface BuyerPages {
  readonly web: WebPages;
  readonly limits: RateLimits;
  /** Null: nobody signs in, buyers are guests. */
  readonly buyerSessions: BuyerSessions | null;
  readonly identify: Identify;
}

async function addBuyerPages(
  app: FastifyInstance,
  ports: HttpPorts,
  { web, limits, buyerSessions, identify }: BuyerPages,
): Promise<void> {
  const { brand, loginUrl } = ports.config;
  const { policy, renderQueueShell, renderPlainShell } = web;
  const site = { ...ports, policy, shopName: brand.name, loginUrl };
  await addQueuePageRoutes(app, { ...site, limits, buyerSessions, renderShell: renderQueueShell });
  if (buyerSessions) await addSignInRoutes(app, { ...site, buyerSessions, identify, renderShell: renderPlainShell });
  await web.install(app);
}
