import type { RoomView } from '../../domain/queueing.ts';
import type { SaleDefinition, SaleState } from '../../domain/sale.ts';
import type { ItemStock, SaleView } from '../store.ts';

/** What `includes/view.lua` writes. */
interface StoredView {
  readonly sale: SaleDefinition;
  readonly state: SaleState;
  readonly recovering: boolean;
  readonly incarnation: string;
  readonly epoch: number;
  readonly units: Readonly<Record<string, readonly [number, number, number, number, number, number]>>;
  readonly room: RoomView | null;
  readonly lastSeq: number;
  readonly trimmedSeq: number;
  readonly takenAtMs: number;
}

/** A sale as Redis told it. Units that were added stand with the stock, and not in the definition that was prepared. */
export function parseView(json: string): SaleView & { readonly takenAtMs: number } {
  const { units, sale, ...view } = JSON.parse(json) as StoredView;
  const stock = sale.items.map(({ skuId }) => stockOf(skuId, units));
  const items = sale.items.map((item, index) => ({ ...item, totalStock: stock[index]?.totalStock ?? 0 }));
  return { ...view, sale: { ...sale, items }, stock };
}

function stockOf(skuId: string, units: StoredView['units']): ItemStock {
  const [totalStock, available, reserved, paying, sold, buffer] = units[skuId] ?? [0, 0, 0, 0, 0, 0];
  return { skuId, totalStock, available, reserved, paying, sold, buffer };
}
