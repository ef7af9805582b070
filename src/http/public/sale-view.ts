import type { AntiBotDemands } from '#sdk/contract/anti-bot.ts';
import type { Sale, SaleStatus } from '#sdk/contract/sale.ts';
import type { WaitingRoom } from '#sdk/contract/waiting-room.ts';
import { type AntiBotRules, itemsRevealed, type WaitingRoomRules } from '../../domain/sale.ts';
import type { BoardSale } from '../../engine/sale-board.ts';
import type { ItemStock } from '../../store/store.ts';

let lastTime = { ms: 0, text: new Date(0).toISOString() };

/** ISO 8601, UTC. In a rush the same moment is asked for many times over: the last one is kept. */
export function isoTime(ms: number): string {
  if (ms !== lastTime.ms) lastTime = { ms, text: new Date(ms).toISOString() };
  return lastTime.text;
}

/** A sale as the public sees it: before its reveal nothing of it names an item. */
export function saleView(shown: BoardSale): Sale {
  const { sale, phase } = shown;
  return {
    sale_id: sale.saleId,
    name: sale.name,
    phase,
    stock_may_return: stockMayReturn(shown),
    starts_at: isoTime(sale.startsAtMs),
    ends_at: isoTime(sale.endsAtMs),
    reveal_at: sale.revealAtMs === null ? null : isoTime(sale.revealAtMs),
    currency: sale.currency,
    purchase_limit: sale.purchaseLimit,
    reservation_seconds: sale.reservationSeconds,
    items: itemViews(shown),
    waiting_room: waitingRoomView(sale.waitingRoom),
    anti_bot: antiBotDemands(sale.antiBot),
  };
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

/** What everybody who waits for a sale is told, the same to all. */
export function statusView(shown: BoardSale): SaleStatus {
  const { sale, phase, nowMs } = shown;
  return {
    sale_id: sale.saleId,
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
    queue: null,
    poll: pollAdvice(shown),
  };
}

export function isRevealed({ sale, nowMs }: BoardSale): boolean {
  return itemsRevealed(sale, nowMs);
}

function itemViews(shown: BoardSale): Sale['items'] {
  const stockOf = new Map(revealedStock(shown).map((stock) => [stock.skuId, stock]));
  return shown.sale.items.flatMap((item) => {
    const stock = stockOf.get(item.skuId);
    if (!stock) return [];
    return {
      sku_id: item.skuId,
      name: item.name,
      description: item.description,
      image_url: item.imageUrl,
      flash_price_minor: item.flashPriceMinor,
      original_price_minor: item.originalPriceMinor,
      total_stock: stock.totalStock,
      remaining: stock.available,
    };
  });
}

/** Empty before the reveal. */
export function revealedStock(shown: BoardSale): readonly ItemStock[] {
  return isRevealed(shown) ? shown.stock : [];
}

/** Reservations that are open may lapse, while the sale could still sell what comes back. */
function stockMayReturn({ phase, stock }: BoardSale): boolean {
  if (phase === 'ended' || phase === 'cancelled') return false;
  return stock.some(({ reserved, paying }) => reserved + paying > 0);
}

const SOON_MS = 60_000;
const LONG_BEFORE_START = { interval_ms: 15_000, jitter_ms: 5_000 };
const WHILE_IT_MATTERS = { interval_ms: 2_000, jitter_ms: 1_000 };
const WHEN_ALL_IS_SAID = { interval_ms: 60_000, jitter_ms: 30_000 };

/** Nobody waits longer than until the start, and then all of them come spread over the jitter. */
function pollAdvice({ sale, phase, nowMs }: BoardSale): SaleStatus['poll'] {
  switch (phase) {
    case 'upcoming':
      return sale.startsAtMs - nowMs > SOON_MS ? LONG_BEFORE_START : WHILE_IT_MATTERS;
    case 'ended':
    case 'cancelled':
      return WHEN_ALL_IS_SAID;
    default:
      return WHILE_IT_MATTERS;
  }
}
