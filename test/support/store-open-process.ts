import type { OrderEvent } from '../../src/domain/order-event.ts';
import { EmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import { T0 } from './clock.ts';
import { allEvents } from './store-bench.ts';

// A process that opens one directory after another, as it is told, and says what is in it or why it does not open.

export type OpenReport =
  | { readonly recovered: readonly OrderEvent[] }
  | { readonly refused: { readonly code: string | undefined; readonly message: string } };

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
    const sales = await store.listSales();
    const events = await Promise.all(sales.map(({ sale }) => allEvents(store, sale.saleId)));
    await store.close();
    return { recovered: events.flat() };
  } catch (error) {
    const { code, message, stack } = error as Error & { code?: string };
    return { refused: { code, message: code ? message : String(stack) } };
  }
}

process.on('message', async (directory: string) => {
  const report = await open(directory);
  process.send?.(report);
});
