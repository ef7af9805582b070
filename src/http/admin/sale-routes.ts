import { hash, randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  type AdminSale,
  changeSale,
  createSale,
  deleteSale,
  listAdminSales,
  readAdminSale,
} from '#sdk/contract/admin-sale.ts';
import { type LiveSale, streamAdminSale } from '#sdk/contract/live-sale.ts';
import {
  cancelSale,
  changeGate,
  endSale,
  pauseSale,
  prewarmSale,
  type Reconciliation as ReconciliationView,
  reconcileSale,
  restockSale,
  resumeSale,
} from '#sdk/contract/sale-control.ts';
import type { Config } from '../../config/config.ts';
import type { ChangeOutcome, PrepareRefusal } from '../../domain/sale-change.ts';
import { changeGate as setGate } from '../../engine/change-gate.ts';
import { editSale, createSale as scheduleSale } from '../../engine/create-sale.ts';
import { derivedId } from '../../engine/derived-id.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import type { LiveFigures } from '../../engine/live-figures.ts';
import { restockSale as addUnits, operateSale, deleteSale as removeSale } from '../../engine/operate-sale.ts';
import type { SalePorts } from '../../engine/operator.ts';
import { prewarmSale as checkReadiness } from '../../engine/prewarm-sale.ts';
import { reconcileSale as compareStores, type Reconciliation } from '../../engine/reconcile-sale.ts';
import { unknownSale } from '../../engine/unknown-sale.ts';
import { type Refusal, refuse } from '../errors.ts';
import { EventFeed } from '../event-feed.ts';
import type { EventStreams } from '../event-streams.ts';
import { newestFirst, pageByKey } from '../page.ts';
import { route } from '../route.ts';
import type { SalePages } from '../web/sale-pages.ts';
import { serverErrors } from './anti-bot-rules.ts';
import { operatorOf } from './operator-of.ts';
import { changedSale, saleOfDraft } from './sale-draft.ts';
import { adminSaleView, liveSaleView } from './sale-view.ts';
import { gateSettingsOf } from './waiting-room-rules.ts';

/** Of an ISO 8601 time, up to its seconds. */
const SECOND_LENGTH = 19;

interface AdminSalePorts extends SalePorts {
  readonly switches: KillSwitches;
  readonly streams: EventStreams;
  readonly figures: LiveFigures;
  readonly config: Pick<Config, 'captcha'>;
  readonly salePages: SalePages;
}

export function addAdminSaleRoutes(app: FastifyInstance, ports: AdminSalePorts): void {
  addReading(app, ports);
  addScheduling(app, ports);
  addOperating(app, ports);
  addStream(app, ports);
}

function addReading(app: FastifyInstance, { store, board }: AdminSalePorts): void {
  route(app, listAdminSales, async ({ query }) => {
    const views = new Map((await store.listSales()).views.map((view) => [view.sale.saleId, view]));
    const text = query.query?.toLowerCase();
    const wanted = board.list().filter(({ sale, state }) => {
      return (!query.state || state === query.state) && (!text || sale.name.toLowerCase().includes(text));
    });
    const page = pageByKey(wanted, ({ sale }) => newestFirst(sale.startsAtMs) + sale.saleId, query);
    const sales = page.entries.map((shown) => adminSaleView(shown, views.get(shown.sale.saleId) ?? null));
    return { sales, next_cursor: page.nextCursor };
  });
  route(
    app,
    readAdminSale,
    async ({ params }) => (await findSale({ store, board }, params.sale_id)) ?? refuse('not_found'),
  );
}

const WHY_NOT_CHANGED: Readonly<Record<PrepareRefusal, string>> = {
  begun: 'The sale has begun.',
  draw_closed: 'The list of its draw is closed.',
  places_given: 'Buyers queue already: their waiting room stays, and so does the order in which they are called.',
};

function addScheduling(app: FastifyInstance, ports: AdminSalePorts): void {
  route(app, createSale, async (request) => {
    const sale = saleOfDraft(randomUUID(), request.body);
    const impossible = serverErrors(sale, ports.config.captcha !== null);
    if (impossible.length > 0) return refuse('validation_failed', { errors: impossible });
    const outcome = await scheduleSale(ports, operatorOf(request), sale);
    if (outcome.code === 'invalid') return refuse('validation_failed', { errors: outcome.errors });
    const created = await findSale(ports, sale.saleId);
    if (!created) throw new Error(`sale ${sale.saleId} is not on the board after it was created`);
    ports.salePages.publish(sale.saleId);
    return created;
  });
  route(app, changeSale, async (request) => {
    const view = await ports.store.readSale(request.params.sale_id);
    if (!view) return missing(ports, request.params.sale_id);
    const sale = changedSale(view.sale, request.body, await ports.store.now());
    const impossible = serverErrors(sale, ports.config.captcha !== null);
    if (impossible.length > 0) return refuse('validation_failed', { errors: impossible });
    const outcome = await editSale(ports, operatorOf(request), sale);
    if (outcome.code === 'invalid') return refuse('validation_failed', { errors: outcome.errors });
    if (outcome.code === 'wrong_state') return refuse('wrong_state', { detail: WHY_NOT_CHANGED[outcome.reason] });
    if (outcome.code !== 'changed') return refuse(outcome.code);
    ports.salePages.publish(view.sale.saleId);
    return existing(ports, view.sale.saleId);
  });
  route(app, deleteSale, async (request) => {
    const { sale_id: saleId } = request.params;
    const outcome = await removeSale(ports, operatorOf(request), saleId);
    if (outcome !== 'deleted') return refuse(outcome);
    ports.salePages.withdraw(saleId);
    return null;
  });
}

function addOperating(app: FastifyInstance, ports: AdminSalePorts): void {
  const operations = [
    [pauseSale, 'pause'],
    [resumeSale, 'resume'],
    [endSale, 'end'],
    [cancelSale, 'cancel'],
  ] as const;
  for (const [operation, action] of operations) {
    route(app, operation, async (request) => {
      const { sale_id: saleId } = request.params;
      return afterChange(ports, saleId, await operateSale(ports, operatorOf(request), saleId, action));
    });
  }
  route(app, restockSale, async (request) => {
    const { sale_id: saleId } = request.params;
    const { sku_id: skuId, quantity } = request.body;
    const command = { type: 'restock', restockId: restockIdOf(request, saleId), skuId, quantity } as const;
    const outcome = await addUnits(ports, operatorOf(request), saleId, command);
    return outcome === 'idempotency_key_reused' ? refuse(outcome) : afterChange(ports, saleId, outcome);
  });
  route(app, changeGate, async (request) => {
    const { sale_id: saleId } = request.params;
    const outcome = await setGate(ports, operatorOf(request), saleId, gateSettingsOf(request.body));
    if (outcome === 'no_waiting_room') return refuse('wrong_state', { detail: 'The sale has no waiting room.' });
    return afterChange(ports, saleId, outcome);
  });
  const hasCaptcha = ports.config.captcha !== null;
  route(app, prewarmSale, async (request) => {
    const checks = await checkReadiness({ ...ports, hasCaptcha }, operatorOf(request), request.params.sale_id);
    if (typeof checks === 'string') return refuse(checks);
    const all = [...checks, ...(await ports.salePages.prewarm(request.params.sale_id))];
    return { ready: all.every(({ ok, advisory }) => ok || advisory), checks: all };
  });
  route(app, reconcileSale, async (request) => {
    const found = await compareStores(ports, operatorOf(request), request.params.sale_id);
    return found === 'not_found' ? refuse(found) : reconciliationView(found);
  });
}

function reconciliationView({
  storeSeq,
  ledgerSeq,
  compared,
  differences,
  surplus,
}: Reconciliation): ReconciliationView {
  return {
    agrees: storeSeq !== null && ledgerSeq >= storeSeq && differences.length === 0,
    store_position: storeSeq,
    ledger_position: ledgerSeq,
    compared: { ...compared },
    differences: differences.map((difference) => ({ ...difference })),
    surplus: surplus && { backed: [...surplus.backed], given_back: [...surplus.givenBack] },
  };
}

function addStream(app: FastifyInstance, ports: AdminSalePorts): void {
  const { board, streams, events } = ports;
  const feed = new EventFeed(streams, async (saleId) => {
    const live = await findLive(ports, saleId);
    if (!live) return null;
    // Something is said every second, so that a reader can tell silence from a line that is cut.
    const second = { ...live, now: live.now.slice(0, SECOND_LENGTH) };
    return { id: hash('sha256', JSON.stringify(second), 'base64url'), data: JSON.stringify(live) };
  });
  route(app, streamAdminSale, (request, reply) => feed.open(request, reply, request.params.sale_id));
  const unsubscribe = board.onRefresh(() => {
    feed.refresh().catch((error: unknown) => events.backgroundFailure('operations streams', error));
  });
  app.addHook('onClose', async () => unsubscribe());
}

async function findSale(
  { store, board }: Pick<SalePorts, 'store' | 'board'>,
  saleId: string,
): Promise<AdminSale | null> {
  const shown = board.find(saleId);
  return shown && adminSaleView(shown, await store.readSale(saleId));
}

async function findLive(ports: AdminSalePorts, saleId: string): Promise<LiveSale | null> {
  const sale = await findSale(ports, saleId);
  const shown = ports.board.find(saleId);
  return sale && shown && liveSaleView(sale, shown.nowMs, await ports.figures.of(saleId));
}

async function existing(ports: SalePorts, saleId: string): Promise<AdminSale | Refusal<'not_found'>> {
  return (await findSale(ports, saleId)) ?? refuse('not_found');
}

/** The ledger may know a sale that the store does not hold: it is over, or being recovered, and cannot be changed. */
async function missing({ store, board }: SalePorts, saleId: string) {
  // It is there: what is missing is an item of it.
  if (await store.readSale(saleId)) return refuse('not_found');
  const why = await unknownSale(board, saleId);
  return refuse(why === 'sale_ended' ? 'wrong_state' : why);
}

async function afterChange(ports: SalePorts, saleId: string, outcome: ChangeOutcome) {
  if (outcome === 'not_found') return missing(ports, saleId);
  return outcome === 'changed' || outcome === 'unchanged' ? existing(ports, saleId) : refuse(outcome);
}

/** The same key means the same restock; without a key, each request is one of its own. */
function restockIdOf({ headers }: Pick<FastifyRequest, 'headers'>, saleId: string): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? derivedId('restock', saleId, key) : randomUUID();
}
