import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { pageAudit, writeAudit } from '../../src/database/audit-log.ts';
import { InvalidCursor } from '../../src/database/cursor.ts';
import { migrate, migrationStatus } from '../../src/database/migrate.ts';
import {
  insertSale,
  listSales,
  markDeleted,
  readSale,
  restock,
  setEpoch,
  updateSale,
} from '../../src/database/sales.ts';
import type { Ledger } from '../../src/database/schema.ts';
import { readSwitches, setSwitch } from '../../src/database/switches.ts';
import type { SaleState } from '../../src/domain/sale.ts';
import { applyEvents } from '../../src/processor/apply-events.ts';
import { T0 } from '../support/clock.ts';
import { ledgerSale, numbered } from '../support/ledger-fixtures.ts';
import { saleItem } from '../support/sale-fixtures.ts';

export function saleConformance(db: () => Ledger): void {
  test('a sale is kept as it was scheduled, once', async () => {
    const sale = await ledgerSale(db());
    expect(await insertSale(db(), { ...sale, name: 'Again' }, T0 + 1)).toBe('exists');
    expect(await readSale(db(), sale.saleId)).toEqual({
      sale,
      state: 'scheduled',
      epoch: 0,
      createdAtMs: T0,
      deletedAtMs: null,
      items: [{ skuId: 'sneaker', totalStock: 10, sold: 0 }],
    });
    expect(await readSale(db(), randomUUID())).toBeNull();
  });

  test('a sale can be changed while it is scheduled, items and all', async () => {
    const sale = await ledgerSale(db());
    const items = [saleItem({ skuId: 'hat', totalStock: 3 })];
    expect(await updateSale(db(), { ...sale, name: 'Hats', items })).toBe('updated');
    expect(await readSale(db(), sale.saleId)).toMatchObject({
      sale: { name: 'Hats', items },
      items: [{ skuId: 'hat', totalStock: 3, sold: 0 }],
    });
    await started(db(), sale.saleId);
    expect(await updateSale(db(), sale)).toBe('wrong_state');
    expect(await updateSale(db(), { ...sale, saleId: randomUUID() })).toBe('not_found');
  });

  test('a sale cannot be deleted while it sells, and is not listed once it is', async () => {
    const sale = await ledgerSale(db());
    await started(db(), sale.saleId);
    expect(await markDeleted(db(), sale.saleId, T0)).toBe('wrong_state');
    await applyEvents(db(), sale.saleId, numbered(sale.saleId, [{ type: 'sale_ended' }], 3));
    expect(await listed(db(), sale.saleId)).toBe(true);
    expect(await markDeleted(db(), sale.saleId, T0 + 5)).toBe('deleted');
    expect(await markDeleted(db(), sale.saleId, T0 + 9)).toBe('deleted');
    expect(await listed(db(), sale.saleId)).toBe(false);
    expect(await readSale(db(), sale.saleId)).toMatchObject({ deletedAtMs: T0 + 5 });
    expect(await markDeleted(db(), randomUUID(), T0)).toBe('not_found');
  });

  test('an epoch never falls', async () => {
    const { saleId } = await ledgerSale(db());
    expect(await setEpoch(db(), saleId, 2)).toBe('set');
    expect(await setEpoch(db(), saleId, 2)).toBe('set');
    expect(await setEpoch(db(), saleId, 1)).toBe('stale');
    expect(await readSale(db(), saleId)).toMatchObject({ epoch: 2 });
    expect(await setEpoch(db(), randomUUID(), 1)).toBe('not_found');
  });

  test('a restock counts once, however often it is told', async () => {
    const { saleId } = await ledgerSale(db());
    const more = { restockId: randomUUID(), saleId, skuId: 'sneaker', quantity: 5, nowMs: T0 };
    const told = await Promise.all([restock(db(), more), restock(db(), more), restock(db(), more)]);
    expect(told.toSorted()).toEqual(['repeated', 'repeated', 'restocked']);
    expect(await readSale(db(), saleId)).toMatchObject({ items: [{ totalStock: 15 }] });
    expect(await restock(db(), { ...more, restockId: randomUUID(), skuId: 'hat' })).toBe('not_found');
  });

  test('another restock under the same id is refused, and adds nothing', async () => {
    const items = [saleItem({ skuId: 'sneaker', totalStock: 10 }), saleItem({ skuId: 'hat', totalStock: 3 })];
    const [{ saleId }, other] = [await ledgerSale(db(), { items }), await ledgerSale(db(), { items })];
    const more = { restockId: randomUUID(), saleId, skuId: 'sneaker', quantity: 5, nowMs: T0 };
    expect(await restock(db(), more)).toBe('restocked');
    for (const changed of [{ quantity: 6 }, { skuId: 'hat' }, { saleId: other.saleId }]) {
      expect(await restock(db(), { ...more, ...changed })).toBe('idempotency_key_reused');
    }
    const stock = async (id: string) => (await readSale(db(), id))?.items.map(({ totalStock }) => totalStock);
    expect([await stock(saleId), await stock(other.saleId)]).toEqual([
      [3, 15],
      [3, 10],
    ]);
  });

  test.each<[SaleState, Parameters<typeof numbered>[1]]>([
    ['active', [{ type: 'sale_started' }]],
    ['paused', [{ type: 'sale_started' }, { type: 'sale_paused' }]],
    ['active', [{ type: 'sale_started' }, { type: 'sale_paused' }, { type: 'sale_resumed' }]],
    ['ended', [{ type: 'sale_started' }, { type: 'sale_ended' }]],
    ['cancelled', [{ type: 'sale_cancelled' }]],
  ])('a sale is %s once the log says so', async (state, changes) => {
    const { saleId } = await ledgerSale(db());
    await applyEvents(db(), saleId, numbered(saleId, changes));
    expect(await readSale(db(), saleId)).toMatchObject({ state });
  });

  test('the audit log is read newest first, page by page', async () => {
    const actor = randomUUID();
    for (let index = 0; index < 3; index++) {
      await writeAudit(db(), {
        atMs: T0 + index,
        actor,
        action: 'sale_paused',
        target: 'sale-1',
        detail: { index },
        correlationId: 'c',
      });
    }
    const first = await pageAudit(db(), { cursor: null, limit: 2 });
    const second = await pageAudit(db(), { cursor: first.nextCursor, limit: 2 });
    expect([...first.entries, ...second.entries].filter((entry) => entry.actor === actor)).toMatchObject([
      { atMs: T0 + 2, detail: { index: 2 } },
      { atMs: T0 + 1, detail: { index: 1 } },
      { atMs: T0, detail: { index: 0 } },
    ]);
    await expect(pageAudit(db(), { cursor: 'nonsense', limit: 2 })).rejects.toThrow(InvalidCursor);
  });

  test('everything is switched on until somebody switches it off', async () => {
    expect(await readSwitches(db())).toEqual({ joins: true, purchases: true, payments: true, notifications: true });
    await setSwitch(db(), 'payments', false);
    expect(await readSwitches(db())).toMatchObject({ purchases: true, payments: false });
    await setSwitch(db(), 'payments', true);
    expect(await readSwitches(db())).toMatchObject({ payments: true });
  });

  test('migrating again changes nothing', async () => {
    expect(await migrate(db())).toEqual([]);
    const status = await migrationStatus(db());
    expect(status.length).toBeGreaterThan(0);
    expect(status.filter(({ appliedAt }) => appliedAt === null)).toEqual([]);
  });
}

async function started(db: Ledger, saleId: string): Promise<void> {
  await applyEvents(db, saleId, numbered(saleId, [{ type: 'sale_started' }, { type: 'sale_paused' }]));
}

async function listed(db: Ledger, saleId: string): Promise<boolean> {
  return (await listSales(db)).some(({ sale }) => sale.saleId === saleId);
}
