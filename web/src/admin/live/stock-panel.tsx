import { useState } from 'react';
import type { LiveSale } from '#sdk/contract/live-sale.ts';
import { numberText } from '../parts/number-text.ts';
import { Panel } from '../parts/panel.tsx';
import { type Column, RecordTable } from '../parts/record-table.tsx';
import { ActionButton } from '../session/action-button.tsx';
import { liveTexts as texts } from '../texts/live-texts.ts';
import { RestockDialog } from './restock-dialog.tsx';

type Item = LiveSale['items'][number];

/** Every unit accounted for. */
export function StockPanel({ sale }: { readonly sale: LiveSale }) {
  const [restocked, setRestocked] = useState<Item | null>(null);
  const isOn = sale.state === 'active' || sale.state === 'paused';
  const columns: readonly Column<Item>[] = [
    { title: texts.item, cell: nameCell, place: 'lead' },
    ...(['available', 'reserved', 'paying', 'sold', 'buffer'] as const).map(
      (part): Column<Item> => ({
        title: texts.stock[part],
        cell: ({ stock }) => <span className="tabular-nums">{numberText(stock?.[part] ?? null)}</span>,
        place: 'line',
        align: 'end',
      }),
    ),
    {
      title: texts.restock,
      titleHidden: true,
      cell: (item) => (
        <ActionButton
          look="quiet"
          className="md:-my-3"
          unavailable={isOn ? null : texts.restockOnlyLive}
          aria-label={texts.restockItem(item.name)}
          onClick={() => setRestocked(item)}
        >
          {texts.restock}
        </ActionButton>
      ),
      place: 'aside',
      align: 'end',
    },
  ];
  return (
    <Panel title={texts.stockByItem}>
      <div className="-mx-5 -mb-5 border-t border-line sm:-mx-6 sm:-mb-6">
        <RecordTable label={texts.stockByItem} columns={columns} entries={sale.items} keyOf={({ sku_id }) => sku_id} />
      </div>
      {restocked && <RestockDialog saleId={sale.sale_id} item={restocked} onClose={() => setRestocked(null)} />}
    </Panel>
  );
}

function nameCell({ name, sku_id, stock, total_stock: total }: Item) {
  const left = total === 0 ? 0 : ((stock?.available ?? 0) / total) * 100;
  return (
    <div className="grid gap-1">
      <span className="font-medium">{name}</span>
      <span className="text-xs text-muted">{sku_id}</span>
      <meter className="stock-meter h-1.5 w-40 max-w-full" min={0} max={100} value={left}>
        {texts.percentLeft(Math.round(left))}
      </meter>
    </div>
  );
}
