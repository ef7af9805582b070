import type { RiskReviewRules } from './risk.ts';

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
  /** Null: nobody queues. */
  readonly waitingRoom: WaitingRoomRules | null;
  /** Null: no rules against bots. */
  readonly antiBot: AntiBotRules | null;
  /** Null: paid orders go on at once. */
  readonly riskReview: RiskReviewRules | null;
}

/** How buyers queue for a sale. Rate and cap are what the gate begins with; operators change them while it runs. */
export interface WaitingRoomRules {
  readonly opensAtMs: number;
  /** `draw`: the places of those who came before the start are drawn. Later arrivals queue behind in both cases. */
  readonly order: 'fifo' | 'draw';
  /** Admissions a second. */
  readonly ratePerSecond: number;
  /** Shoppers inside at a time. */
  readonly maxActive: number;
  /** How long an admission is good for. */
  readonly admissionSeconds: number;
  /** Null with `fifo`. */
  readonly draw: DrawPlan | null;
}

/** What a draw is bound to when its sale is created. */
export interface DrawPlan {
  /** 32 bytes, hexadecimal. Its SHA-256 is public from the beginning, the seed itself once the draw is made. */
  readonly seed: string;
  /** 32 bytes, hexadecimal. Keeps the published entries from telling who they belong to; never public. */
  readonly entrySecret: string;
  /** Null: the draw is trusted to the operator. */
  readonly beacon: BeaconRound | null;
}

/** A round of public randomness that comes after the list of entrants is closed. */
export interface BeaconRound {
  /** Base URL of the beacon, with the hash of its chain. */
  readonly url: string;
  readonly round: number;
  /** When the beacon is to publish it. */
  readonly dueAtMs: number;
}

export interface AntiBotRules {
  readonly proofOfWork: boolean;
  readonly captcha: boolean;
  /** 0: accounts of any age. */
  readonly minAccountAgeHours: number;
  readonly onePerDevice: boolean;
  readonly onePerPaymentMethod: boolean;
  /** `hold`: a suspected bot queues for ever, and is told nothing. */
  readonly botAction: 'refuse' | 'hold';
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

/** For good: no action leads out of it. */
export function isOver(state: SaleState): state is 'ended' | 'cancelled' {
  return state === 'ended' || state === 'cancelled';
}

/** What a visitor sees: derived from state, stock and clock, never stored. */
export type SalePhase = 'upcoming' | 'queueing' | 'live' | 'sold_out' | 'paused' | 'recovering' | 'ended' | 'cancelled';

const PHASE_OF_STATE: Readonly<Record<SaleState, SalePhase>> = {
  scheduled: 'upcoming',
  active: 'live',
  paused: 'paused',
  ended: 'ended',
  cancelled: 'cancelled',
};

export function phaseOf(sale: SaleDefinition, state: SaleState, available: number, nowMs: number): SalePhase {
  if (state === 'active' && available === 0) return 'sold_out';
  const queueing = state === 'scheduled' && sale.waitingRoom !== null && nowMs >= sale.waitingRoom.opensAtMs;
  return queueing ? 'queueing' : PHASE_OF_STATE[state];
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

/** The list of a draw closes so long before the start. */
const DRAW_CLOSES_BEFORE_START_MS = 15_000;

/** When the list of those who take part in the draw is closed. */
export function drawClosesAtMs({ startsAtMs }: Pick<SaleDefinition, 'startsAtMs'>): number {
  return startsAtMs - DRAW_CLOSES_BEFORE_START_MS;
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
  if (sale.waitingRoom) errors.push(...openingErrors(sale, sale.waitingRoom));
  errors.push(...antiBotErrors(sale));
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

/** Where nobody queues there is no entrance at which to ask. */
function antiBotErrors({ waitingRoom, antiBot }: SaleDefinition): FieldError[] {
  if (!antiBot || waitingRoom) return [];
  const asked = [
    ['proof_of_work', antiBot.proofOfWork],
    ['captcha', antiBot.captcha],
    ['min_account_age_hours', antiBot.minAccountAgeHours > 0],
  ] as const;
  return asked.flatMap(([name, isAsked]) =>
    isAsked ? [{ field: `anti_bot.${name}`, message: 'needs a waiting_room' }] : [],
  );
}

function openingErrors(sale: SaleDefinition, { opensAtMs, order }: WaitingRoomRules): FieldError[] {
  const field = 'waiting_room.opens_at';
  if (opensAtMs > sale.startsAtMs) return [{ field, message: 'must not be after starts_at' }];
  if (order === 'fifo' || opensAtMs < drawClosesAtMs(sale)) return [];
  const seconds = DRAW_CLOSES_BEFORE_START_MS / 1000;
  return [{ field, message: `must be more than ${seconds} s before starts_at, when the list of a draw closes` }];
}

/** What it is too late for, beside `saleErrors`: a sale that would be over, a draw whose list would be closed. */
export function lateErrors(sale: SaleDefinition, nowMs: number): FieldError[] {
  const errors: FieldError[] = [];
  if (sale.endsAtMs <= nowMs) errors.push({ field: 'ends_at', message: 'must be in the future' });
  if (sale.waitingRoom?.order === 'draw' && drawClosesAtMs(sale) <= nowMs) {
    const seconds = DRAW_CLOSES_BEFORE_START_MS / 1000;
    errors.push({ field: 'starts_at', message: `must be more than ${seconds} s away, when the list of a draw closes` });
  }
  return errors;
}
