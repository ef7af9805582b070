/** A scheduled event: items, a window `[startsAtMs, endsAtMs)`, rules. All times are epoch milliseconds. */
export interface SaleDefinition {
  readonly saleId: string;
  readonly name: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Before this moment nobody outside the operators learns which items are sold. */
  readonly revealAtMs: number | null;
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** Units per buyer and SKU. */
  readonly purchaseLimit: number;
  /** How long a reservation is held for its payment. */
  readonly reservationSeconds: number;
  readonly items: readonly SaleItem[];
}

/** One SKU in a sale. Prices are integer minor units of the sale's currency. */
export interface SaleItem {
  readonly skuId: string;
  readonly name: string;
  readonly description: string | null;
  readonly imageUrl: string | null;
  readonly flashPriceMinor: number;
  readonly originalPriceMinor: number;
  readonly totalStock: number;
  /** Units of `totalStock` that are held back from sale. */
  readonly safetyBuffer: number;
}

export type SaleState = 'scheduled' | 'active' | 'paused' | 'ended' | 'cancelled';

export type SaleAction = 'start' | 'pause' | 'resume' | 'end' | 'cancel';

/** Which state an action leads to; an action that is missing from a row is refused with `wrong_state`. */
export const SALE_TRANSITIONS: Readonly<Record<SaleState, Readonly<Partial<Record<SaleAction, SaleState>>>>> = {
  scheduled: { start: 'active', cancel: 'cancelled' },
  active: { pause: 'paused', end: 'ended', cancel: 'cancelled' },
  paused: { resume: 'active', end: 'ended', cancel: 'cancelled' },
  ended: {},
  cancelled: {},
};

/** What a visitor sees: derived from state, stock and clock, never stored. */
export type SalePhase = 'upcoming' | 'live' | 'sold_out' | 'paused' | 'recovering' | 'ended' | 'cancelled';

const PHASE_OF_STATE: Readonly<Record<SaleState, SalePhase>> = {
  scheduled: 'upcoming',
  active: 'live',
  paused: 'paused',
  ended: 'ended',
  cancelled: 'cancelled',
};

export function phaseOf(state: SaleState, available: number): SalePhase {
  return state === 'active' && available === 0 ? 'sold_out' : PHASE_OF_STATE[state];
}

/**
 * The state that the clock alone brings about. Start and end latch: a state that the clock has produced
 * is never taken back by an earlier `nowMs`.
 */
export function stateByClock(state: SaleState, sale: SaleDefinition, nowMs: number): SaleState {
  const due = state === 'scheduled' || state === 'active' || state === 'paused';
  if (due && nowMs >= sale.endsAtMs) return 'ended';
  if (state === 'scheduled' && nowMs >= sale.startsAtMs) return 'active';
  return state;
}

/** May the public see the items yet? */
export function itemsRevealed(sale: SaleDefinition, nowMs: number): boolean {
  return sale.revealAtMs === null || nowMs >= sale.revealAtMs;
}

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The rules between fields that a schema cannot say. Empty when the definition can be sold. */
export function saleErrors(sale: SaleDefinition): FieldError[] {
  const errors: FieldError[] = [];
  if (sale.endsAtMs <= sale.startsAtMs) errors.push({ field: 'ends_at', message: 'must be after starts_at' });
  if (sale.revealAtMs !== null && sale.revealAtMs > sale.endsAtMs) {
    errors.push({ field: 'reveal_at', message: 'must not be after ends_at' });
  }
  const seen = new Set<string>();
  sale.items.forEach((item, index) => {
    if (seen.has(item.skuId)) errors.push({ field: `items.${index}.sku_id`, message: `${item.skuId} appears twice` });
    seen.add(item.skuId);
    if (item.safetyBuffer > item.totalStock) {
      errors.push({ field: `items.${index}.safety_buffer`, message: 'must not exceed total_stock' });
    }
    if (item.originalPriceMinor < item.flashPriceMinor) {
      errors.push({ field: `items.${index}.original_price_minor`, message: 'must not be below flash_price_minor' });
    }
  });
  return errors;
}
