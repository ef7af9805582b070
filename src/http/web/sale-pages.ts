import type { PageCache } from '../../cdn/page-cache.ts';
import type { ReadinessCheck } from '../../engine/prewarm-sale.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import { saleDetails } from '../public/sale-view.ts';
import { createPageDocument, type PageDocument } from './page-document.ts';
import type { PageFrame } from './page-head.ts';
import type { WebBuild } from './web-build.ts';

export interface SalePagesPorts {
  /** Null: there are no pages. */
  readonly build: WebBuild | null;
  readonly frame: PageFrame;
  readonly board: SaleBoard;
  /** Null: nobody has to be told of pages that change. */
  readonly pageCache: PageCache | null;
  readonly events: EngineEvents;
}

interface Rendered {
  readonly revision: string;
  readonly page: Promise<PageDocument>;
}

/**
 * The page of each sale: everything on it that stays the same while the sale runs, rendered once a revision. What
 * moves, visitors read from the shared status; so they cost the store nothing, and a cache may keep the page for ever.
 */
export class SalePages {
  readonly #ports: SalePagesPorts;
  readonly #rendered = new Map<string, Rendered>();
  readonly #purges = new Set<Promise<unknown>>();

  constructor(ports: SalePagesPorts) {
    this.#ports = ports;
  }

  /** The page of a sale as it is known now. */
  find(shown: BoardSale, build: WebBuild): Promise<PageDocument> {
    const { sale_id: saleId, revision } = saleDetails(shown);
    const known = this.#rendered.get(saleId);
    if (known?.revision === revision) return known.page;
    this.#dropGone();
    const page = createPageDocument(this.#render(shown, build));
    this.#rendered.set(saleId, { revision, page });
    return page;
  }

  /** After a sale was made or changed: renders its page, and has the old one forgotten, without anybody waiting. */
  publish(saleId: string): void {
    this.#inBackground(this.prewarm(saleId));
  }

  /** After a sale was deleted: has its page forgotten, without anybody waiting. */
  withdraw(saleId: string): void {
    if (this.#ports.build) this.#inBackground(this.#purge(pathOf(saleId)));
  }

  /** The same for whoever waits for it. The sale can start without either. */
  async prewarm(saleId: string): Promise<ReadinessCheck[]> {
    const { build, board } = this.#ports;
    const shown = board.find(saleId);
    if (!build || !shown) return [check('page_rendered', false, 'there is no page of it on this server')];
    const { plain, brotli } = await this.find(shown, build);
    const rendered = check('page_rendered', true, `${plain.length} bytes, ${brotli.length} compressed`);
    return [rendered, await this.#purge(pathOf(saleId))];
  }

  /** Waits for the purges that are under way. */
  async close(): Promise<void> {
    await Promise.all(this.#purges);
  }

  #inBackground(work: Promise<unknown>): void {
    const purging = work
      .catch((error: unknown) => this.#ports.events.backgroundFailure('sale page', error))
      .finally(() => this.#purges.delete(purging));
    this.#purges.add(purging);
  }

  /** Sales are deleted on other gateways too. */
  #dropGone(): void {
    for (const saleId of this.#rendered.keys()) if (!this.#ports.board.find(saleId)) this.#rendered.delete(saleId);
  }

  async #purge(path: string): Promise<ReadinessCheck> {
    const { pageCache, events } = this.#ports;
    const name = 'page_purged';
    if (!pageCache) return check(name, true, 'no content delivery network is configured');
    try {
      await pageCache.purge(path);
      events.pagePurged(path);
      return check(name, true, 'the content delivery network forgot the page that it had');
    } catch (error) {
      events.pageNotPurged(path, error);
      return check(name, false, 'the content delivery network could not be told: it may show an older page');
    }
  }

  #render(shown: BoardSale, { salePageShell, renderSalePage }: WebBuild): string {
    const { frame } = this.#ports;
    const details = saleDetails(shown);
    const head = {
      title: details.name,
      description: details.items.map(({ name }) => name).join(', '),
      data: { 'tidegate-sale': details },
    };
    return frame.render(salePageShell, head, renderSalePage(details, frame.config));
  }
}

function pathOf(saleId: string): string {
  return `/sales/${saleId}`;
}

function check(name: string, ok: boolean, detail: string): ReadinessCheck {
  return { name, ok, detail, advisory: true };
}
