import type { Client } from '#sdk/client.ts';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';

const DEMO_HOURS = 8;
const QUEUE_MS = 2 * 60_000;

const DEMO_ITEMS: SaleDraft['items'] = [
  {
    sku_id: 'HEADPHONES-BLACK',
    name: 'Wireless headphones, black',
    description: 'Over-ear, noise cancelling, 40 hours on one charge.',
    image_url: '/images/headphones.svg',
    flash_price_minor: 8_900,
    original_price_minor: 24_900,
    total_stock: 250,
  },
  {
    sku_id: 'TRAIL-RUNNER-42',
    name: 'Trail running shoe, size 42',
    description: 'Waterproof, 280 g.',
    image_url: '/images/shoe.svg',
    flash_price_minor: 6_900,
    original_price_minor: 13_900,
    total_stock: 100,
  },
  {
    sku_id: 'ESPRESSO-COMPACT',
    name: 'Compact espresso machine',
    description: '15 bar, heats up in 40 seconds.',
    image_url: '/images/espresso.svg',
    flash_price_minor: 14_900,
    original_price_minor: 32_900,
    total_stock: 25,
  },
];

const QUEUED_ITEM: SaleDraft['items'][number] = {
  sku_id: 'TURNTABLE-LIMITED',
  name: 'Turntable, limited edition',
  description: 'Belt drive, walnut. Fifty were made.',
  image_url: '/images/turntable.svg',
  flash_price_minor: 19_900,
  original_price_minor: 44_900,
  total_stock: 50,
};

/** Sales to try things with. */
export interface DemoSales {
  readonly live: AdminSale;
  /** Buyers queue already, and are let in from the start on, a few at a time. */
  readonly queued: AdminSale;
}

/** Made only where there is no sale at all: null if there is one. */
export async function createDemoSales(client: Client, nowMs: number): Promise<DemoSales | null> {
  const { sales } = await client.listAdminSales({ limit: 1 });
  if (sales.length > 0) return null;
  const at = (ms: number) => new Date(nowMs + ms).toISOString();
  const common = { ends_at: at(DEMO_HOURS * 3_600_000), currency: 'EUR' };
  return {
    live: await client.createSale({ ...common, name: 'Demo sale', starts_at: at(0), items: DEMO_ITEMS }),
    queued: await client.createSale({
      ...common,
      name: 'Demo sale with a waiting room',
      starts_at: at(QUEUE_MS),
      items: [QUEUED_ITEM],
      waiting_room: { opens_at: at(0), rate_per_second: 5, max_active: 20 },
    }),
  };
}
