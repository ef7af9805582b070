import { setTimeout as sleep } from 'node:timers/promises';
import { readOrder } from '#sdk/contract/order.ts';
import { pay } from '#sdk/contract/payment.ts';
import { type PurchaseBody, purchase, type Reservation } from '#sdk/contract/purchase.ts';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import { pick } from './random.ts';
import { type Ending, senderOf, type Visit } from './visit.ts';

const TWO_UNITS_SHARE = 0.2;
const THINKING_MS = 1_000;
const ORDER_POLL_MS = 500;
const ORDER_POLLS = 120;

/** The reservation, or the code of what stood against it. A double click sends the same request twice at once. */
export async function reserve(visit: Visit, status: SaleStatus, key: string): Promise<Reservation | string> {
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
  const { random, wantsBasket, bot } = buyer;
  const left = items.filter(({ remaining }) => remaining > 0);
  const choices = left.length > 0 ? left : items;
  const { sku_id = '', remaining = 0 } = pick(choices, random) ?? {};
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
  const quantity = bot || random() < TWO_UNITS_SHARE ? sale.purchaseLimit : 1;
  return { sku_id, quantity: Math.max(1, Math.min(quantity, remaining)) };
}

async function sendPurchase(visit: Visit, wanted: PurchaseBody, idempotencyKey: string): Promise<Reservation | string> {
  const { ask, sale, buyer, purchaseToken: token, tally } = visit;
  const request = { sale_id: sale.saleId, ...wanted, device_fingerprint: buyer.device };
  const answer = await ask(purchase, request, { token, idempotencyKey });
  if (answer.kind !== 'given') return answer.kind === 'refused' ? answer.code : 'lost';
  tally.acknowledged.add(answer.body.order_id);
  return answer.body;
}

export async function checkOut(visit: Visit, reservation: Reservation): Promise<Ending> {
  const { abandons, firstCardDeclined, greedy, bot, random } = visit.buyer;
  if (greedy) await tryForMore(visit, reservation);
  if (abandons) return 'abandoned';
  if (!bot) await sleep(random() * THINKING_MS);
  const first = await payWith(visit, reservation, firstCardDeclined ? 'pm_declined' : 'pm_ok');
  if (first !== 'declined' || !firstCardDeclined) return first;
  return payWith(visit, reservation, 'pm_ok');
}

async function tryForMore(visit: Visit, { order_id, items }: Reservation): Promise<void> {
  const more = { sku_id: items[0]?.sku_id ?? '', quantity: visit.sale.purchaseLimit };
  const outcome = await sendPurchase(visit, more, 'greedy');
  if (typeof outcome === 'string') return;
  // A server that was away for long may answer when the reservation has lapsed, which counts no more.
  const order = await visit.ask(readOrder, { order_id }, { token: visit.token });
  if (order.kind === 'given' && order.body.status !== 'expired') {
    visit.tally.fault(`buyer ${visit.buyer.number} got more than the limit`);
  }
}

const ENDING_OF_CODE: Readonly<Record<string, Ending>> = {
  payment_declined: 'declined',
  reservation_expired: 'expired',
  sold_out: 'expired',
};

async function payWith(visit: Visit, reservation: Reservation, paymentMethod: string): Promise<Ending> {
  const { ask, token, buyer } = visit;
  const { order_id } = reservation;
  const customer = { name: `Buyer ${buyer.number}`, email: `buyer-${buyer.number}@example.com` };
  const request = { order_id, payment_method: paymentMethod, customer };
  const answer = await ask(pay, request, { token, idempotencyKey: `pay-${paymentMethod}` });
  if (answer.kind === 'given' && answer.body.status === 'paid') return paid(visit, reservation);
  if (answer.kind === 'refused' && answer.code !== 'payment_provider_unavailable') {
    return ENDING_OF_CODE[answer.code] ?? 'unresolved';
  }
  return awaitPayment(visit, reservation);
}

function paid({ tally, buyer }: Visit, { order_id, items }: Reservation): Ending {
  tally.paid.add(order_id);
  tally.unitsWon[senderOf(buyer)] += items.reduce((units, { quantity }) => units + quantity, 0);
  return 'bought';
}

/** Reads the order until it is settled. */
async function awaitPayment(visit: Visit, reservation: Reservation): Promise<Ending> {
  for (let polls = 0; polls < ORDER_POLLS; polls++) {
    await sleep(ORDER_POLL_MS);
    const answer = await visit.ask(readOrder, { order_id: reservation.order_id }, { token: visit.token });
    if (answer.kind !== 'given' || answer.body.status === 'paying') continue;
    if (answer.body.status === 'paid') return paid(visit, reservation);
    return answer.body.status === 'reserved' ? 'declined' : 'expired';
  }
  return 'unresolved';
}
