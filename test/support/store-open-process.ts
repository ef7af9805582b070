import type { OrderEvent } from '../../src/domain/order-event.ts';
import type { RoomView } from '../../src/domain/queueing.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { SaleView, Store } from '../../src/store/store.ts';
import { T0 } from './clock.ts';
import { allEvents } from './store-bench.ts';

// A process that opens one directory after another, as it is told, and says what is in it or why it does not open.

export type OpenReport =
  | { readonly recovered: Recovered }
  | { readonly refused: { readonly code: string | undefined; readonly message: string } };

export interface Recovered {
  readonly events: readonly OrderEvent[];
  readonly rooms: readonly RecoveredRoom[];
}

export interface RecoveredRoom extends Pick<RoomView, 'nowServing' | 'admissions'> {
  readonly saleId: string;
  /** By ticket, from the first. */
  readonly userIds: readonly string[];
}

async function open(directory: string): Promise<OpenReport> {
  try {
    const store = await EmbeddedStore.open({
      directory,
      clock: () => T0,
      outboxMax: Number.POSITIVE_INFINITY,
      onFault: (error) => {
        throw error;
      },
    });
    const { views: sales } = await store.listSales();
    const events = await Promise.all(sales.map(({ sale }) => allEvents(store, sale.saleId)));
    const rooms = await Promise.all(sales.map((view) => recoveredRoom(store, view)));
    await store.close();
    return { recovered: { events: events.flat(), rooms: rooms.filter((room) => room !== null) } };
  } catch (error) {
    const { code, message, stack } = error as Error & { code?: string };
    return { refused: { code, message: code ? message : String(stack) } };
  }
}

async function recoveredRoom(store: Store, { sale, room }: SaleView): Promise<RecoveredRoom | null> {
  if (!room) return null;
  const { saleId } = sale;
  const { nowServing, admissions } = room;
  return { saleId, nowServing, admissions, userIds: await store.readTickets(saleId, 0, Number.POSITIVE_INFINITY) };
}

process.on('message', async (directory: string) => {
  const report = await open(directory);
  process.send?.(report);
});
