import { Value } from 'typebox/value';
import type { SaleChange, SaleDraft } from '#sdk/contract/admin-sale.ts';
import { purchaseLimit, reservationSeconds } from '#sdk/contract/sale.ts';
import type { SaleDefinition, SaleItem } from '../../domain/sale.ts';
import { antiBotOfDraft } from './anti-bot-rules.ts';
import { riskReviewOfDraft } from './risk-review-rules.ts';
import { changedWaitingRoom, waitingRoomOfDraft } from './waiting-room-rules.ts';

const DEFAULT_PURCHASE_LIMIT = Value.Create(purchaseLimit);
const DEFAULT_RESERVATION_SECONDS = Value.Create(reservationSeconds);

/** What the operator asks for, with the contract's defaults. */
export function saleOfDraft(saleId: string, draft: SaleDraft): SaleDefinition {
  const startsAtMs = Date.parse(draft.starts_at);
  return {
    saleId,
    name: draft.name,
    startsAtMs,
    endsAtMs: Date.parse(draft.ends_at),
    revealAtMs: timeOrNull(draft.reveal_at),
    currency: draft.currency,
    purchaseLimit: draft.purchase_limit ?? DEFAULT_PURCHASE_LIMIT,
    reservationSeconds: draft.reservation_seconds ?? DEFAULT_RESERVATION_SECONDS,
    items: draft.items.map(itemOfDraft),
    waitingRoom: waitingRoomOfDraft(draft.waiting_room, startsAtMs),
    antiBot: antiBotOfDraft(draft.anti_bot),
    riskReview: riskReviewOfDraft(draft.risk_review),
  };
}

/** The sale with the fields that the operator names changed. */
export function changedSale(sale: SaleDefinition, change: SaleChange, nowMs: number): SaleDefinition {
  return {
    ...sale,
    waitingRoom: changedWaitingRoom(sale, change, nowMs),
    ...(change.name !== undefined && { name: change.name }),
    ...(change.starts_at !== undefined && { startsAtMs: Date.parse(change.starts_at) }),
    ...(change.ends_at !== undefined && { endsAtMs: Date.parse(change.ends_at) }),
    ...(change.reveal_at !== undefined && { revealAtMs: timeOrNull(change.reveal_at) }),
    ...(change.currency !== undefined && { currency: change.currency }),
    ...(change.purchase_limit !== undefined && { purchaseLimit: change.purchase_limit }),
    ...(change.reservation_seconds !== undefined && { reservationSeconds: change.reservation_seconds }),
    ...(change.anti_bot !== undefined && { antiBot: antiBotOfDraft(change.anti_bot) }),
    ...(change.risk_review !== undefined && { riskReview: riskReviewOfDraft(change.risk_review) }),
    ...(change.items !== undefined && { items: change.items.map(itemOfDraft) }),
  };
}

function itemOfDraft(item: SaleDraft['items'][number]): SaleItem {
  return {
    skuId: item.sku_id,
    name: item.name,
    description: item.description ?? null,
    imageUrl: item.image_url ?? null,
    flashPriceMinor: item.flash_price_minor,
    originalPriceMinor: item.original_price_minor,
    totalStock: item.total_stock,
    safetyBuffer: item.safety_buffer ?? 0,
  };
}

function timeOrNull(time: string | null | undefined): number | null {
  return time == null ? null : Date.parse(time);
}
