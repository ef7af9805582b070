import type { OrderEvent } from './order-event.ts';

/** Of the form below, also in Redis' `events.lua`. A reader refuses others: it must not guess what a newer store means. */
const VERSION = 1;

/** An entry of the order log that is no event. Reading it again will not help. */
export class UnreadableEvent extends Error {
  readonly code = 'unreadable_event';
  readonly retryable = false;
}

/** An event as streams and topics have it: the JSON of `OrderEvent` with the version `v` of this form. */
export function eventToJson(event: OrderEvent): string {
  return JSON.stringify({ v: VERSION, ...event });
}

/** Throws `UnreadableEvent` for anything that no store of this version can have written. */
export function eventFromJson(json: string): OrderEvent {
  const { v, ...event } = objectFromJson(json);
  if (v !== VERSION) throw new UnreadableEvent(`version ${JSON.stringify(v)} is not known`);
  const wrong = wrongField(event);
  if (wrong) throw new UnreadableEvent(`${wrong} is missing or of the wrong type`);
  return event as unknown as OrderEvent;
}

type Fields = Readonly<Record<string, unknown>>;

function objectFromJson(json: string): Fields {
  try {
    const value: unknown = JSON.parse(json);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new UnreadableEvent('it is not JSON', { cause });
  }
  throw new UnreadableEvent('it is not an object');
}

/** The envelope, and of an order what names it. The ledger refuses whatever else is wrong with it. */
function wrongField(event: Fields): string | undefined {
  const texts = ['saleId', 'correlationId', 'type'].filter((field) => typeof event[field] !== 'string');
  const numbers = ['epoch', 'seq', 'atMs'].filter((field) => !Number.isSafeInteger(event[field]));
  const order = hasOrder(event) ? [] : ['order'];
  return [...texts, ...numbers, ...order][0];
}

function hasOrder({ type, order, saleId }: Fields): boolean {
  if (order === undefined) return !/^(order|payment)_/.test(String(type));
  return isObject(order) && typeof order.orderId === 'string' && order.saleId === saleId && Array.isArray(order.lines);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
