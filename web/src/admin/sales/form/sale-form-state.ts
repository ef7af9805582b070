import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { AntiBot } from '#sdk/contract/anti-bot.ts';
import { LOCALE } from '../../../shared/texts.ts';

/** What is typed for an item, as it is typed: prices in whole units of the currency. */
export interface ItemForm {
  /** Tells items apart while they are typed. */
  readonly key: number;
  readonly skuId: string;
  readonly name: string;
  readonly description: string;
  readonly imageUrl: string;
  readonly flashPrice: string;
  readonly originalPrice: string;
  readonly totalStock: string;
  readonly safetyBuffer: string;
}

export interface RoomForm {
  readonly opensAt: string;
  readonly order: string;
  readonly rate: string;
  readonly cap: string;
  readonly admissionSeconds: string;
}

/** What is typed for a sale. Times are those of this browser's zone, as its own controls have them. */
export interface SaleForm {
  readonly name: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly revealAt: string;
  readonly currency: string;
  readonly purchaseLimit: string;
  readonly reservationSeconds: string;
  readonly items: readonly ItemForm[];
  /** Null: nobody queues. */
  readonly room: RoomForm | null;
  readonly antiBot: NonNullable<AntiBot>;
}

const HOUR_MS = 3_600_000;
const OPENS_BEFORE_MS = 5 * 60_000;

const NO_RULES: NonNullable<AntiBot> = {
  proof_of_work: false,
  captcha: false,
  min_account_age_hours: 0,
  one_per_device: false,
  one_per_payment_method: false,
  bot_action: 'refuse',
};

export function emptyItem(key: number): ItemForm {
  return {
    key,
    skuId: '',
    name: '',
    description: '',
    imageUrl: '',
    flashPrice: '',
    originalPrice: '',
    totalStock: '',
    safetyBuffer: '',
  };
}

/** Tomorrow at this hour, for two hours. */
export function emptySale(nowMs: number): SaleForm {
  const startsAtMs = Math.ceil(nowMs / HOUR_MS) * HOUR_MS + 24 * HOUR_MS;
  return {
    name: '',
    startsAt: localTime(startsAtMs),
    endsAt: localTime(startsAtMs + 2 * HOUR_MS),
    revealAt: '',
    currency: 'EUR',
    purchaseLimit: '2',
    reservationSeconds: '600',
    items: [emptyItem(0)],
    room: null,
    antiBot: NO_RULES,
  };
}

export function roomBefore(startsAt: string): RoomForm {
  const startsAtMs = new Date(startsAt).getTime();
  const opensAt = Number.isNaN(startsAtMs) ? '' : localTime(startsAtMs - OPENS_BEFORE_MS);
  return { opensAt, order: 'fifo', rate: '100', cap: '10000', admissionSeconds: '60' };
}

export function formOf(sale: AdminSale): SaleForm {
  const price = (minor: number) => String(minor / 10 ** decimalsOf(sale.currency));
  const { waiting_room: room } = sale;
  return {
    name: sale.name,
    startsAt: localTime(Date.parse(sale.starts_at)),
    endsAt: localTime(Date.parse(sale.ends_at)),
    revealAt: sale.reveal_at === null ? '' : localTime(Date.parse(sale.reveal_at)),
    currency: sale.currency,
    purchaseLimit: String(sale.purchase_limit),
    reservationSeconds: String(sale.reservation_seconds),
    items: sale.items.map((item, key) => ({
      key,
      skuId: item.sku_id,
      name: item.name,
      description: item.description ?? '',
      imageUrl: item.image_url ?? '',
      flashPrice: price(item.flash_price_minor),
      originalPrice: price(item.original_price_minor),
      totalStock: String(item.total_stock),
      safetyBuffer: item.safety_buffer === 0 ? '' : String(item.safety_buffer),
    })),
    room: room && {
      opensAt: localTime(Date.parse(room.opens_at)),
      order: room.order,
      rate: String(room.rate_per_second),
      cap: String(room.max_active),
      admissionSeconds: String(room.admission_seconds),
    },
    antiBot: sale.anti_bot ?? NO_RULES,
  };
}

/** What is asked of the server. What was not typed is left out, and found missing; what is no number is `NaN`. */
export function draftOf(form: SaleForm): Partial<SaleDraft> {
  const { antiBot, room } = form;
  return withoutUndefined({
    name: form.name.trim() || undefined,
    starts_at: isoTime(form.startsAt),
    ends_at: isoTime(form.endsAt),
    reveal_at: isoTime(form.revealAt) ?? null,
    currency: form.currency.trim().toUpperCase() || undefined,
    purchase_limit: wholeNumber(form.purchaseLimit),
    reservation_seconds: wholeNumber(form.reservationSeconds),
    items: form.items.map((item) => itemDraft(item, form.currency)),
    waiting_room: room && roomDraft(room),
    anti_bot: isOff(antiBot) ? null : antiBot,
  }) as Partial<SaleDraft>;
}

function itemDraft(item: ItemForm, currency: string) {
  return withoutUndefined({
    sku_id: item.skuId.trim() || undefined,
    name: item.name.trim() || undefined,
    description: item.description.trim() || null,
    image_url: item.imageUrl.trim() || null,
    flash_price_minor: minorOf(item.flashPrice, currency),
    original_price_minor: minorOf(item.originalPrice, currency),
    total_stock: wholeNumber(item.totalStock),
    safety_buffer: item.safetyBuffer.trim() === '' ? 0 : wholeNumber(item.safetyBuffer),
  });
}

function roomDraft(room: RoomForm) {
  return withoutUndefined({
    opens_at: isoTime(room.opensAt),
    order: room.order,
    rate_per_second: wholeNumber(room.rate),
    max_active: wholeNumber(room.cap),
    admission_seconds: wholeNumber(room.admissionSeconds),
  });
}

function isOff({ min_account_age_hours: hours, bot_action: _, ...rules }: NonNullable<AntiBot>): boolean {
  return hours === 0 && !Object.values(rules).some(Boolean);
}

/** How many decimals prices in the currency have; 2 while that cannot be known. */
export function decimalsOf(currency: string): number {
  if (!/^[A-Za-z]{3}$/.test(currency.trim())) return 2;
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency: currency.trim() });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** With more decimals than the currency has it is no price: `1,999` may have meant thousands. */
function minorOf(typed: string, currency: string): number | undefined {
  if (typed.trim() === '') return undefined;
  const [, units, fraction = ''] = /^(\d+)(?:[.,](\d*))?$/.exec(typed.trim()) ?? [];
  const decimals = decimalsOf(currency);
  if (units === undefined || fraction.length > decimals) return Number.NaN;
  return Number(units + fraction.padEnd(decimals, '0'));
}

function wholeNumber(typed: string): number | undefined {
  return typed.trim() === '' ? undefined : Number(typed);
}

/** @param local `2030-11-29T09:00`, in this browser's zone */
function isoTime(local: string): string | undefined {
  const ms = new Date(local).getTime();
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** As a control for date and time wants it: to the minute, or as exactly as it takes. */
function localTime(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().replace(/(:00)?(\.000)?Z$/, '');
}

function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
