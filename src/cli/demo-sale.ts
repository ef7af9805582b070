import type { Client } from '#sdk/client.ts';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';

const DEMO_HOURS = 8;

const DEMO_ITEMS: SaleDraft['items'] = [
  {
    sku_id: 'HEADPHONES-BLACK',
    name: 'Wireless headphones, black',
    description: 'Over-ear, noise cancelling, 40 hours on one charge.',
    image_url: null,
    flash_price_minor: 8_900,
    original_price_minor: 24_900,
    total_stock: 250,
  },
  {
    sku_id: 'TRAIL-RUNNER-42',
    name: 'Trail running shoe, size 42',
    description: 'Waterproof, 280 g.',
    image_url: null,
    flash_price_minor: 6_900,
    original_price_minor: 13_900,
    total_stock: 100,
  },
  {
    sku_id: 'ESPRESSO-COMPACT',
    name: 'Compact espresso machine',
    description: '15 bar, heats up in 40 seconds.',
    image_url: null,
    flash_price_minor: 14_900,
    original_price_minor: 32_900,
    total_stock: 25,
  },
];

/** A live sale to try things with, made only where there is no sale at all: null if there is one. */
export async function createDemoSale(client: Client, nowMs: number): Promise<AdminSale | null> {
  const { sales } = await client.listAdminSales({ limit: 1 });
  if (sales.length > 0) return null;
  return client.createSale({
    name: 'Demo sale',
    starts_at: new Date(nowMs).toISOString(),
    ends_at: new Date(nowMs + DEMO_HOURS * 3_600_000).toISOString(),
    currency: 'EUR',
    items: DEMO_ITEMS,
  });
}
