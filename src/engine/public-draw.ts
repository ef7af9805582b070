import { type EarlierDraw, listEarlierDraws, readDraw, readDrawEntries } from '../database/draws.ts';
import { readSale } from '../database/sales.ts';
import type { Ledger } from '../database/schema.ts';
import { commitmentOf, type DrawResult, ENTRY_BYTES } from '../domain/draw.ts';
import { type BeaconRound, drawClosesAtMs } from '../domain/sale.ts';
import type { Store } from '../store/store.ts';
import type { DrawLists } from './draw-lists.ts';

export interface PublicDrawPorts {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly drawLists: DrawLists;
}

/** What anyone may know of a draw, and needs to check it. */
export interface PublicDraw {
  readonly saleId: string;
  readonly commitment: string;
  readonly closesAtMs: number;
  readonly beacon: BeaconRound | null;
  /** Null while the list is open. */
  readonly list: { readonly entrants: number; readonly listHash: string } | null;
  /** Null until the draw is made. */
  readonly result: DrawResult | null;
  readonly earlier: readonly EarlierDraw[];
}

export interface EntryPage {
  /** Null while the list is open. */
  readonly entrants: number | null;
  /** `ENTRY_BYTES` each. */
  readonly entries: Uint8Array;
}

/** Null where there is no draw. The ledger knows of a sale that the store has let go of, deleted ones too. */
export async function readPublicDraw(ports: PublicDrawPorts, saleId: string): Promise<PublicDraw | null> {
  const { store, ledger, drawLists } = ports;
  const view = await store.readSale(saleId);
  const sale = view?.sale ?? (await readSale(ledger, saleId))?.sale;
  const plan = sale?.waitingRoom?.draw;
  if (!sale || !plan) return null;
  const [earlier, result] = await Promise.all([
    listEarlierDraws(ledger, sale),
    view ? (view.room?.draw ?? null) : archivedDraw(ledger, saleId),
  ]);
  const list = view ? await drawLists.of(view) : result;
  const commitment = commitmentOf(plan.seed);
  return { saleId, commitment, closesAtMs: drawClosesAtMs(sale), beacon: plan.beacon, list, result, earlier };
}

/** At most `limit` entries, from the ticket behind `after`. Null where there is no draw. */
export async function readPublicEntries(
  { store, ledger, drawLists }: PublicDrawPorts,
  saleId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EntryPage | null> {
  const view = await store.readSale(saleId);
  if (view) {
    if (!view.sale.waitingRoom?.draw) return null;
    const list = await drawLists.of(view);
    if (!list) return { entrants: null, entries: new Uint8Array() };
    return {
      entrants: list.entrants,
      entries: list.entries.subarray(after * ENTRY_BYTES, (after + limit) * ENTRY_BYTES),
    };
  }
  const draw = await archivedDraw(ledger, saleId);
  if (!draw) return null;
  const left = draw.entrants - after;
  const entries = left > 0 ? await readDrawEntries(ledger, saleId, after, Math.min(limit, left)) : new Uint8Array();
  return { entrants: draw.entrants, entries };
}

async function archivedDraw(ledger: Ledger, saleId: string): Promise<DrawResult | null> {
  return (await readDraw(ledger, saleId))?.draw ?? null;
}
