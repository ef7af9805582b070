import type { FastifyInstance } from 'fastify';
import { listSales, readSale, readSaleStatus, streamSaleStatus } from '#sdk/contract/sale.ts';
import type { SalePhase } from '../../domain/sale.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { refuse } from '../errors.ts';
import { EventFeed } from '../event-feed.ts';
import type { EventStreams } from '../event-streams.ts';
import { earliestFirst, newestFirst, pageByKey } from '../page.ts';
import { route } from '../route.ts';
import { isRevealed, saleView } from './sale-view.ts';
import { StatusDocuments } from './status-documents.ts';

interface SalePorts {
  readonly board: SaleBoard;
  readonly streams: EventStreams;
  readonly events: EngineEvents;
}

type When = 'live' | 'upcoming' | 'past';

/** Cancelled sales are in no list. */
const WHEN: Readonly<Record<SalePhase, When | null>> = {
  live: 'live',
  sold_out: 'live',
  paused: 'live',
  recovering: 'live',
  upcoming: 'upcoming',
  queueing: 'upcoming',
  ended: 'past',
  cancelled: null,
};

const DEFAULT_WHEN = 'live,upcoming';

/** Everything here is answered from memory: readers cost the store nothing. */
export function addSaleRoutes(app: FastifyInstance, ports: SalePorts): void {
  const { board } = ports;
  route(app, listSales, ({ query }) => {
    const wanted = (query.when ?? DEFAULT_WHEN).split(',');
    const found = board.list().filter((shown) => isWanted(shown, wanted) && mentions(shown, query.query));
    const { entries, nextCursor } = pageByKey(found, listKey, query);
    return { sales: entries.map(saleView), next_cursor: nextCursor };
  });
  route(app, readSale, ({ params }) => {
    const shown = board.find(params.sale_id);
    return shown ? saleView(shown) : refuse('not_found');
  });
  addStatusRoutes(app, ports);
}

function addStatusRoutes(app: FastifyInstance, { board, streams, events }: SalePorts): void {
  const documents = new StatusDocuments(board);
  route(app, readSaleStatus, ({ params, headers }, reply) => {
    const document = documents.find(params.sale_id);
    if (!document) return refuse('not_found');
    reply.header('cache-control', 'public, max-age=1').header('etag', document.etag);
    if (includesEtag(headers['if-none-match'], document.etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(document.data);
  });

  const feed = new EventFeed(streams, (saleId) => documents.find(saleId));
  route(app, streamSaleStatus, (request, reply) => feed.open(request, reply, request.params.sale_id));
  const unsubscribe = board.onRefresh(() => {
    feed.refresh().catch((error: unknown) => events.backgroundFailure('status streams', error));
  });
  app.addHook('onClose', async () => unsubscribe());
}

/** Live sales first, then upcoming ones, the next first; of past ones the last first. */
function listKey({ sale, phase }: BoardSale): string {
  const when = WHEN[phase];
  if (when === 'past') return `2${newestFirst(sale.endsAtMs)}${sale.saleId}`;
  return `${when === 'live' ? 0 : 1}${earliestFirst(sale.startsAtMs)}${sale.saleId}`;
}

function isWanted({ phase }: BoardSale, wanted: readonly string[]): boolean {
  const when = WHEN[phase];
  return when !== null && wanted.includes(when);
}

/** Looks into items only once they are revealed: a search must not find out what is hidden. */
function mentions(shown: BoardSale, text: string | undefined): boolean {
  if (text === undefined) return true;
  const names = [shown.sale.name, ...(isRevealed(shown) ? shown.sale.items.map((item) => item.name) : [])];
  return names.some((name) => name.toLowerCase().includes(text.toLowerCase()));
}

function includesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header
    .split(',')
    .some((candidate) => candidate.trim() === '*' || candidate.trim().replace(/^W\//, '') === etag);
}
