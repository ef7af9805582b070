import { hash } from 'node:crypto';
import type { AntiBotDemands } from '#sdk/contract/anti-bot.ts';
import type { Sale, SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import type { WaitingRoom } from '#sdk/contract/waiting-room.ts';
import type { RoomView } from '../../domain/queueing.ts';
import { type AntiBotRules, itemsRevealed, type WaitingRoomRules } from '../../domain/sale.ts';
import { type BoardSale, stockMayReturn } from '../../engine/sale-board.ts';
import type { ItemStock } from '../../store/store.ts';
import { crowdPoll } from './poll-advice.ts';

let lastTime = { ms: 0, text: new Date(0).toISOString() };

/** ISO 8601, UTC. In a rush the same moment is asked for many times over: the last one is kept. */
export function isoTime(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}

/** A sale as the public sees it: before its reveal nothing of it names an item. */
export function saleView(shown: BoardSale): Sale {
  const stockOf = new Map(revealedStock(shown).map((stock) => [stock.skuId, stock]));
  const { items, ...details } = saleDetails(shown);
  return {
    ...details,
    phase: shown.phase,
    stock_may_return: stockMayReturn(shown),
    items: items.flatMap((item) => {
      const stock = stockOf.get(item.sku_id);
      return stock ? { ...item, total_stock: stock.totalStock, remaining: stock.available } : [];
    }),
  };
}

/** Made once a refresh of the board, however many ask. */
const made = new WeakMap<BoardSale, SaleDetails>();

/** What of a sale stays the same while it runs, as the public sees it: before the reveal nothing names an item. */
export function saleDetails(shown: BoardSale): SaleDetails {
  const known = made.get(shown);
  if (known) return known;
  const facts = factsOf(shown);
  const details = { ...facts, revision: digest(JSON.stringify(facts)) };
  made.set(shown, details);
  return details;
}

export function isRevealed({ sale, nowMs }: BoardSale): boolean {
  return itemsRevealed(sale, nowMs);
}

function factsOf(shown: BoardSale): Omit<SaleDetails, 'revision'> {
  const { sale } = shown;
  return {
    sale_id: sale.saleId,
    name: sale.name,
    starts_at: isoTime(sale.startsAtMs),
    ends_at: isoTime(sale.endsAtMs),
    reveal_at: sale.revealAtMs === null ? null : isoTime(sale.revealAtMs),
    currency: sale.currency,
    purchase_limit: sale.purchaseLimit,
    reservation_seconds: sale.reservationSeconds,
    items: itemDetails(shown),
    waiting_room: waitingRoomView(sale.waitingRoom),
    anti_bot: antiBotDemands(sale.antiBot),
  };
}

function itemDetails(shown: BoardSale): SaleDetails['items'] {
  if (!isRevealed(shown)) return [];
  return shown.sale.items.map((item) => ({
    sku_id: item.skuId,
    name: item.name,
    description: item.description,
    image_url: item.imageUrl,
    flash_price_minor: item.flashPriceMinor,
    original_price_minor: item.originalPriceMinor,
  }));
}

/** How fast buyers are let in is for operators to know and to change. */
function waitingRoomView(rules: WaitingRoomRules | null): WaitingRoom {
  if (!rules) return null;
  return { opens_at: isoTime(rules.opensAtMs), order: rules.order, admission_seconds: rules.admissionSeconds };
}

function antiBotDemands(rules: AntiBotRules | null): AntiBotDemands {
  if (!rules) return null;
  return { proof_of_work: rules.proofOfWork, captcha: rules.captcha, device_fingerprint: rules.onePerDevice };
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 22);
}

/** What everybody who waits for a sale is told, the same to all. */
export function statusView(shown: BoardSale): SaleStatus {
  const { sale, phase, room, nowMs } = shown;
  return {
    sale_id: sale.saleId,
    revision: saleDetails(shown).revision,
    phase,
    stock_may_return: stockMayReturn(shown),
    now: isoTime(nowMs),
    starts_at: isoTime(sale.startsAtMs),
    ends_at: isoTime(sale.endsAtMs),
    items: revealedStock(shown).map(({ skuId, totalStock, available }) => ({
      sku_id: skuId,
      total_stock: totalStock,
      remaining: available,
    })),
    queue: room && queueView(room),
    ...(room && sale.waitingRoom?.order === 'draw' && { draw: drawView(room) }),
    poll: crowdPoll(shown),
  };
}

function queueView({ waiting, nowServing, calledPerSecond }: RoomView): SaleStatus['queue'] {
  return {
    waiting,
    now_serving: nowServing,
    called_per_second: calledPerSecond === null ? null : Math.round(calledPerSecond * 10) / 10,
  };
}

/** What it takes to compute any position: a million places are told at once, and the same to all. */
function drawView({ entrants, draw }: RoomView): NonNullable<SaleStatus['draw']> {
  return { entrants, list_hash: draw?.listHash ?? null, seed: draw?.seed ?? null };
}

/** Empty before the reveal. */
export function revealedStock(shown: BoardSale): readonly ItemStock[] {
  return isRevealed(shown) ? shown.stock : [];
}
