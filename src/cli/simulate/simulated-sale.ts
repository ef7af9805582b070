import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, TidegateProblem } from '#sdk/client.ts';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { SimulationSettings } from './simulation.ts';

const PURCHASE_LIMIT = 2;
/** To make the sale, beside a crowd that takes what the limits leave. */
const MOST_TRIES = 100;
/** Between the last preparation and the first buyer. */
const LEAD_SECONDS = 1;
/** Until everything is prepared, the sale is planned for so much later. */
const PREPARATION_MS = 3_600_000;
/** Units come back, and are abandoned and come back again, before the sale ends. */
const RESERVATIONS_UNTIL_END = 2;
/** From being let in to having paid. */
const SHOPPING_SECONDS = 5;
/** Buyers who are let in for each unit that is sold. */
const SHOPPERS_A_UNIT = 3;

/** Plans a sale for a time by which everything will be ready. */
export async function planSale(client: Client, settings: SimulationSettings): Promise<AdminSale> {
  const startsAtMs = Date.parse((await client.readTime()).now) + PREPARATION_MS;
  return createWhenThereIsRoom(client, { ...saleDraft(settings, startsAtMs), ...windowFrom(startsAtMs, settings) });
}

/** The client does not repeat what could make two sales. A refusal for too many requests has made none. */
async function createWhenThereIsRoom(client: Client, draft: SaleDraft): Promise<AdminSale> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.createSale(draft);
    } catch (error) {
      const isCrowded = error instanceof TidegateProblem && error.code === 'rate_limited';
      if (!isCrowded || tries === MOST_TRIES) throw error;
      await sleep((error.retryAfterSeconds ?? 1) * 1_000);
    }
  }
}

/** Brings the sale forward: its first buyers may come in a moment. */
export async function openSale(client: Client, saleId: string, settings: SimulationSettings): Promise<AdminSale> {
  const nowMs = Date.parse((await client.readTime()).now);
  const startsAtMs = nowMs + (LEAD_SECONDS + settings.earlySeconds) * 1_000;
  return client.changeSale({ sale_id: saleId, ...windowFrom(startsAtMs, settings) });
}

function saleDraft(settings: SimulationSettings, startsAtMs: number) {
  const { units, skus, reservationSeconds, antiBot } = settings;
  return {
    name: 'Simulated sale',
    currency: 'EUR',
    purchase_limit: PURCHASE_LIMIT,
    reservation_seconds: reservationSeconds,
    items: Array.from({ length: skus }, (_, index) => itemOf(index, Math.floor((units + index) / skus))),
    waiting_room: roomDraft(settings, startsAtMs),
    anti_bot: antiBot ? antiBotDraft(settings) : null,
  } satisfies Partial<SaleDraft>;
}

function itemOf(index: number, stock: number): SaleDraft['items'][number] {
  return {
    sku_id: `ITEM-${index + 1}`,
    name: `Simulated item ${index + 1}`,
    flash_price_minor: 1_000 * (index + 1) - 1,
    original_price_minor: 2_000 * (index + 1),
    total_stock: stock,
  };
}

function roomDraft(
  { room, earlySeconds }: SimulationSettings,
  startsAtMs: number,
): NonNullable<SaleDraft['waiting_room']> | null {
  if (!room) return null;
  return {
    opens_at: new Date(startsAtMs - earlySeconds * 1_000).toISOString(),
    order: room.order,
    rate_per_second: room.ratePerSecond,
    max_active: room.maxActive,
    admission_seconds: room.admissionSeconds,
  };
}

/** Work is asked for at the entrance of a room alone. */
function antiBotDraft({ room }: SimulationSettings): NonNullable<SaleDraft['anti_bot']> {
  return { proof_of_work: room !== null, one_per_device: true, bot_action: 'hold' };
}

function windowFrom(startsAtMs: number, settings: SimulationSettings) {
  const seconds = settings.seconds + settings.reservationSeconds * RESERVATIONS_UNTIL_END + lettingInSeconds(settings);
  return {
    starts_at: new Date(startsAtMs).toISOString(),
    ends_at: new Date(startsAtMs + seconds * 1_000).toISOString(),
  };
}

/** Long enough to let as many in as it takes to sell everything; a sale that is sold out is over before. */
function lettingInSeconds({ room, units, buyers, abandon, reservationSeconds }: SimulationSettings): number {
  if (!room) return 0;
  const staySeconds = SHOPPING_SECONDS + abandon * reservationSeconds;
  const perSecond = Math.min(room.ratePerSecond, room.maxActive / staySeconds);
  return Math.ceil(Math.min(buyers, units * SHOPPERS_A_UNIT) / perSecond) + room.admissionSeconds;
}
