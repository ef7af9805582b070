import { hash } from 'node:crypto';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { StreamEvent } from '../event-streams.ts';
import { statusView } from './sale-view.ts';

/** The status of a sale as bytes. `data` is JSON, `id` names its content without the time. */
export interface StatusDocument extends StreamEvent {
  /** A strong one: it names exactly these bytes. */
  readonly etag: string;
  readonly nowMs: number;
}

/** How long the same bytes are given out while nothing but the time changes: as long as caches may keep them. */
const MAX_AGE_MS = 1_000;

/** Serialises each sale's status once a refresh of the board, however many read it. */
export class StatusDocuments {
  readonly #board: SaleBoard;
  readonly #made = new Map<string, { readonly from: BoardSale; readonly document: StatusDocument }>();

  constructor(board: SaleBoard) {
    this.#board = board;
  }

  /** Null for a sale that is not known. */
  find(saleId: string): StatusDocument | null {
    const shown = this.#board.find(saleId);
    const made = this.#made.get(saleId);
    if (!shown) {
      this.#made.delete(saleId);
      return null;
    }
    if (made?.from === shown) return made.document;
    const document = documentOf(shown, made?.document);
    this.#made.set(saleId, { from: shown, document });
    return document;
  }
}

function documentOf(shown: BoardSale, last: StatusDocument | undefined): StatusDocument {
  const view = statusView(shown);
  const id = digest(JSON.stringify({ ...view, now: null }));
  if (last?.id === id && shown.nowMs - last.nowMs < MAX_AGE_MS) return last;
  const data = JSON.stringify(view);
  return { id, data, headline: headlineOf(view), etag: `"${digest(data)}"`, nowMs: shown.nowMs };
}

/** What buyers act on: everything else is numbers that move. */
function headlineOf({ phase, stock_may_return, draw }: SaleStatus): string {
  return [phase, stock_may_return, draw?.seed].join();
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}
