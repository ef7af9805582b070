import { LiveSale } from '../../domain/live-sale.ts';
import { isOpen } from '../../domain/order.ts';
import { roomViewOf } from '../../domain/queueing.ts';
import { type RecoveredSale, readUpTo } from '../../domain/recovered-sale.ts';
import { isRoomChange } from '../../domain/room-event.ts';
import type { SaleDefinition } from '../../domain/sale.ts';
import type { ItemStock, SaleView } from '../store.ts';
import { orderEventsIn, type RecordContent } from './event-codec.ts';
import { Outbox } from './outbox.ts';

/** One sale in memory, and which of its events are still to be read. */
export interface Shelf {
  readonly live: LiveSale;
  readonly outbox: Outbox;
  /** The incarnation in which it may be sold. */
  readonly incarnation: string;
}

/** For a sale that is prepared for the first time. */
export function newShelf(sale: SaleDefinition, epoch: number, incarnation: string): Shelf {
  return { live: new LiveSale(sale, epoch), outbox: new Outbox(), incarnation };
}

export function installedShelf(recovered: RecoveredSale, incarnation: string): Shelf {
  const outbox = new Outbox(readUpTo(recovered));
  for (const event of recovered.events) outbox.add(event);
  return { live: LiveSale.restored(recovered), outbox, incarnation };
}

/** Takes one record of a journal that is read again into memory: on a shelf of its own if it is the sale's first. */
export function replayed(shelf: Shelf | undefined, content: RecordContent, incarnation = ''): Shelf {
  const onto = content.installed
    ? installedShelf(content.installed, incarnation)
    : (shelf ?? firstShelf(content, incarnation));
  for (const event of content.events) {
    onto.live.apply(event);
    if (!isRoomChange(event)) onto.outbox.add(event);
  }
  const last = orderEventsIn(content).at(-1);
  if (last) onto.outbox.release(last.seq);
  return onto;
}

function firstShelf({ epoch, events: [first] }: RecordContent, incarnation: string): Shelf {
  if (first?.type !== 'sale_prepared') throw new Error(`a sale begins with ${first?.type}`);
  return newShelf(first.sale, epoch, incarnation);
}

/** @param runningAs the incarnation of the store that holds it */
export function viewOf({ live, outbox, incarnation }: Shelf, nowMs: number, runningAs: string): SaleView {
  const stock = live.sale.items.map((item): ItemStock => {
    const units = live.units(item.skuId) ?? { available: 0, reserved: 0, paying: 0, sold: 0, buffer: 0 };
    return { skuId: item.skuId, totalStock: item.totalStock, ...units };
  });
  return {
    sale: live.sale,
    state: live.state,
    epoch: live.epoch,
    incarnation,
    recovering: incarnation !== runningAs,
    stock,
    room: live.room && roomViewOf(live.room, nowMs),
    lastSeq: live.lastSeq,
    trimmedSeq: outbox.trimmedSeq,
  };
}

export function mayBeForgotten({ live, outbox }: Shelf): boolean {
  if (live.state === 'active' || live.state === 'paused' || outbox.size > 0) return false;
  for (const order of live.orders()) if (isOpen(order.state)) return false;
  return true;
}
