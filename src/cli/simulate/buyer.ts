import { setTimeout as sleep } from 'node:timers/promises';
import { readOrder } from '#sdk/contract/order.ts';
import { pay } from '#sdk/contract/payment.ts';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import { readSaleStatus, type SaleStatus } from '#sdk/contract/sale.ts';
import type { BuyerApi } from './buyer-api.ts';
import type { Buyer } from './crowd.ts';
import { pick } from './random.ts';
import type { Tally } from './tally.ts';

/** How a visit can end. `expired`: paid too late, and got the money back. `too_late`: came when the sale was over. */
export const ENDINGS = [
  'bought',
  'sold_out',
  'abandoned',
  'declined',
  'expired',
  'too_late',
  'turned_away',
  'unresolved',
] as const;

export type Ending = (typeof ENDINGS)[number];

/** One buyer at one sale. */
export interface Visit {
  readonly buyer: Buyer;
  /** The buyer's session token. */
  readonly token: string;
  readonly sale: { readonly saleId: string; readonly startsAtMs: number; readonly purchaseLimit: number };
  readonly api: BuyerApi;
  readonly tally: Tally;
}

const TWO_UNITS_SHARE = 0.2;
const THINKING_MS = 1_000;
const ORDER_POLL_MS = 500;
const ORDER_POLLS = 120;

/** Waits for the sale to open, buys, pays: or not, each in its own way. */
export async function shop(visit: Visit): Promise<Ending> {
  const { buyer, sale } = visit;
  await sleep(Math.max(0, sale.startsAtMs + buyer.arrivesAtMs - Date.now()));
  for (let attempts = 0; ; ) {
    const status = await look(visit);
    if (!status) return 'turned_away';
    if (status.phase === 'ended') return attempts > 0 ? 'sold_out' : 'too_late';
    if (status.phase === 'sold_out' && attempts > 0 && !status.stock_may_return) return 'sold_out';
    if (status.phase === 'live' || (status.phase === 'sold_out' && attempts === 0)) {
      attempts++;
      const outcome = await reserve(visit, status, `purchase-${attempts}`);
      if (typeof outcome !== 'string') return checkOut(visit, outcome);
      if (outcome !== 'sold_out') return outcome === 'sale_ended' ? 'too_late' : 'turned_away';
      if (!buyer.patient) return 'sold_out';
    }
    await sleep(pauseMs(visit, status));
  }
}

async function look({ api, sale }: Visit): Promise<SaleStatus | null> {
  const answer = await api.ask(readSaleStatus, { sale_id: sale.saleId }, {});
  return answer.kind === 'given' ? answer.body : null;
}

/** As the server asks; but nobody who waits for the start sleeps through it. */
function pauseMs({ buyer }: Visit, { phase, now, starts_at, poll }: SaleStatus): number {
  const askedMs = poll.interval_ms + buyer.random() * poll.jitter_ms;
  return phase === 'upcoming' ? Math.min(askedMs, Math.max(0, Date.parse(starts_at) - Date.parse(now))) : askedMs;
}

/** The reservation, or the code of what stood against it. A double click sends the same request twice at once. */
async function reserve(visit: Visit, status: SaleStatus, key: string): Promise<Reservation | string> {
  const wanted = choose(visit, status);
  const clicks = visit.buyer.doubleClicks ? 2 : 1;
  const outcomes = await Promise.all(Array.from({ length: clicks }, () => sendPurchase(visit, wanted, key)));
  const reservations = outcomes.filter((outcome) => typeof outcome !== 'string');
  if (new Set(reservations.map(({ order_id }) => order_id)).size > 1) {
    visit.tally.fault(`buyer ${visit.buyer.number} clicked twice and got two orders`);
  }
  return reservations[0] ?? outcomes[0] ?? 'lost';
}

function choose({ buyer, sale }: Visit, { items }: SaleStatus): PurchaseBody {
  const { random, wantsBasket } = buyer;
  const left = items.filter(({ remaining }) => remaining > 0);
  const choices = left.length > 0 ? left : items;
  const sku_id = pick(choices, random)?.sku_id ?? '';
  const other = pick(
    choices.filter((item) => item.sku_id !== sku_id),
    random,
  );
  if (wantsBasket && other)
    return {
      items: [
        { sku_id, quantity: 1 },
        { sku_id: other.sku_id, quantity: 1 },
      ],
    };
  return { sku_id, quantity: random() < TWO_UNITS_SHARE ? sale.purchaseLimit : 1 };
}

async function sendPurchase(visit: Visit, wanted: PurchaseBody, idempotencyKey: string): Promise<Reservation | string> {
  const { api, sale, token, tally } = visit;
  const answer = await api.ask(purchase, { sale_id: sale.saleId, ...wanted }, { token, idempotencyKey });
  if (answer.kind !== 'given') return answer.kind === 'refused' ? answer.code : 'lost';
  tally.acknowledged.add(answer.body.order_id);
  return answer.body;
}

async function checkOut(visit: Visit, reservation: Reservation): Promise<Ending> {
  const { abandons, firstCardDeclined, greedy, random } = visit.buyer;
  if (greedy) await tryForMore(visit, reservation);
  if (abandons) return 'abandoned';
  await sleep(random() * THINKING_MS);
  const first = await payWith(visit, reservation, firstCardDeclined ? 'pm_declined' : 'pm_ok');
  if (first !== 'declined' || !firstCardDeclined) return first;
  return payWith(visit, reservation, 'pm_ok');
}

async function tryForMore(visit: Visit, { items }: Reservation): Promise<void> {
  const more = { sku_id: items[0]?.sku_id ?? '', quantity: visit.sale.purchaseLimit };
  const outcome = await sendPurchase(visit, more, 'greedy');
  if (typeof outcome !== 'string') visit.tally.fault(`buyer ${visit.buyer.number} got more than the limit`);
}

const ENDING_OF_CODE: Readonly<Record<string, Ending>> = {
  payment_declined: 'declined',
  reservation_expired: 'expired',
  sold_out: 'expired',
};

async function payWith(visit: Visit, { order_id }: Reservation, paymentMethod: string): Promise<Ending> {
  const { api, token, buyer } = visit;
  const customer = { name: `Buyer ${buyer.number}`, email: `buyer-${buyer.number}@example.com` };
  const request = { order_id, payment_method: paymentMethod, customer };
  const answer = await api.ask(pay, request, { token, idempotencyKey: `pay-${paymentMethod}` });
  if (answer.kind === 'given' && answer.body.status === 'paid') return paid(visit, order_id);
  if (answer.kind === 'refused' && answer.code !== 'payment_provider_unavailable') {
    return ENDING_OF_CODE[answer.code] ?? 'unresolved';
  }
  return awaitPayment(visit, order_id);
}

function paid({ tally }: Visit, orderId: string): Ending {
  tally.paid.add(orderId);
  return 'bought';
}

/** Reads the order until it is settled. */
async function awaitPayment(visit: Visit, orderId: string): Promise<Ending> {
  for (let polls = 0; polls < ORDER_POLLS; polls++) {
    await sleep(ORDER_POLL_MS);
    const answer = await visit.api.ask(readOrder, { order_id: orderId }, { token: visit.token });
    if (answer.kind !== 'given' || answer.body.status === 'paying') continue;
    if (answer.body.status === 'paid') return paid(visit, orderId);
    return answer.body.status === 'reserved' ? 'declined' : 'expired';
  }
  return 'unresolved';
}
