import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { LiveSale } from '#sdk/contract/live-sale.ts';
import type { Room } from '#sdk/contract/waiting-room.ts';
import type { RoomView } from '../../domain/queueing.ts';
import type { SaleItem } from '../../domain/sale.ts';
import type { SaleActivity } from '../../engine/live-figures.ts';
import type { BoardSale } from '../../engine/sale-board.ts';
import { SECONDS_BOUNDS } from '../../figures/figure-exchange.ts';
import type { SaleView } from '../../store/store.ts';
import { isoTime } from '../public/sale-view.ts';
import { antiBotView } from './anti-bot-rules.ts';
import { riskReviewView } from './risk-review-rules.ts';
import { waitingRoomView } from './waiting-room-rules.ts';

/** A sale as operators see it. `view` is null while the store does not hold the sale. */
export function adminSaleView(shown: Pick<BoardSale, 'sale' | 'state' | 'phase'>, view: SaleView | null): AdminSale {
  const { sale } = shown;
  return {
    sale_id: sale.saleId,
    name: sale.name,
    state: view?.state ?? shown.state,
    phase: shown.phase,
    starts_at: isoTime(sale.startsAtMs),
    ends_at: isoTime(sale.endsAtMs),
    reveal_at: sale.revealAtMs === null ? null : isoTime(sale.revealAtMs),
    currency: sale.currency,
    purchase_limit: sale.purchaseLimit,
    reservation_seconds: sale.reservationSeconds,
    items: sale.items.map((item) => itemView(item, view)),
    waiting_room: waitingRoomView(sale.waitingRoom),
    room: view?.room ? roomView(view.room) : null,
    anti_bot: antiBotView(sale.antiBot),
    risk_review: riskReviewView(sale.riskReview),
    outbox_events: view ? view.lastSeq - view.trimmedSeq : 0,
  };
}

export function liveSaleView(sale: AdminSale, nowMs: number, activity: SaleActivity): LiveSale {
  const { scope, purchases, faults, seconds, ledger } = activity;
  return {
    ...sale,
    now: isoTime(nowMs),
    activity: {
      scope,
      purchases: { ...purchases },
      faults,
      seconds: { bounds: [...SECONDS_BOUNDS], counts: [...seconds] },
      ledger: ledger && { payments: { ...ledger.payments }, dead_letters: ledger.deadLetters },
    },
  };
}

function roomView({ settings, calledPerSecond, ...room }: RoomView): Room {
  return {
    tickets: room.tickets,
    waiting: room.waiting,
    now_serving: room.nowServing,
    at_door: room.atDoor,
    inside: room.inside,
    admissions: room.admissions,
    called_per_second: calledPerSecond === null ? null : Math.round(calledPerSecond * 10) / 10,
    gate: { rate_per_second: settings.ratePerSecond, max_active: settings.maxActive, paused: settings.paused },
  };
}

function itemView(item: SaleItem, view: SaleView | null): AdminSale['items'][number] {
  const stock = view?.stock.find(({ skuId }) => skuId === item.skuId);
  return {
    sku_id: item.skuId,
    name: item.name,
    description: item.description,
    image_url: item.imageUrl,
    flash_price_minor: item.flashPriceMinor,
    original_price_minor: item.originalPriceMinor,
    total_stock: stock?.totalStock ?? item.totalStock,
    safety_buffer: item.safetyBuffer,
    stock: stock
      ? {
          available: stock.available,
          reserved: stock.reserved,
          paying: stock.paying,
          sold: stock.sold,
          buffer: stock.buffer,
        }
      : null,
  };
}
