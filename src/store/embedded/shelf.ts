import { LiveSale } from '../../domain/live-sale.ts';
import { isOpen } from '../../domain/order.ts';
import { roomViewOf } from '../../domain/queueing.ts';
import { type RecoveredSale, readUpTo } from '../../domain/recovered-sale.ts';
import type { SaleDefinition } from '../../domain/sale.ts';
import type { ItemStock, SaleView } from '../store.ts';
import type { RecordContent } from './event-codec.ts';

/** One sale in memory. */
export interface Shelf {
  readonly live: LiveSale;
  /** Up to where its events are on disk, and may be read: those of an installed sale, once what they replace is gone. */
  writtenSeq: number;
  /** Up to where the consumer has made the events durable elsewhere: those behind it are the outbox. */
  trimmedSeq: number;
  /** The incarnation in which it may be sold. */
  readonly incarnation: string;
}

/** For a sale that is prepared for the first time. */
export function newShelf(sale: SaleDefinition, epoch: number, incarnation: string): Shelf {
  return { live: new LiveSale(sale, epoch), writtenSeq: 0, trimmedSeq: 0, incarnation };
}

export function installedShelf(recovered: RecoveredSale, incarnation: string): Shelf {
  const live = LiveSale.restored(recovered);
  return { live, writtenSeq: readUpTo(recovered), trimmedSeq: readUpTo(recovered), incarnation };
}

/** Events that the consumer has not yet made durable elsewhere. */
export function outboxSize({ live, trimmedSeq }: Shelf): number {
  return live.lastSeq - trimmedSeq;
}

/** Takes one record of a journal that is read again into memory: on a shelf of its own if it is the sale's first. */
export function replayed(shelf: Shelf | undefined, content: RecordContent, incarnation = ''): Shelf {
  const onto = content.installed
    ? installedShelf(content.installed, incarnation)
    : (shelf ?? firstShelf(content, incarnation));
  for (const event of content.events) onto.live.apply(event);
  onto.writtenSeq = onto.live.lastSeq;
  return onto;
}

function firstShelf({ epoch, events: [first] }: RecordContent, incarnation: string): Shelf {
  if (first?.type !== 'sale_prepared') throw new Error(`a sale begins with ${first?.type}`);
  return newShelf(first.sale, epoch, incarnation);
}

/** @param runningAs the incarnation of the store that holds it */
export function viewOf({ live, trimmedSeq, incarnation }: Shelf, nowMs: number, runningAs: string): SaleView {
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
    trimmedSeq,
  };
}

export function mayBeForgotten(shelf: Shelf): boolean {
  const { live } = shelf;
  if (live.state === 'active' || live.state === 'paused' || outboxSize(shelf) > 0) return false;
  for (const order of live.orders()) if (isOpen(order.state)) return false;
  return true;
}
