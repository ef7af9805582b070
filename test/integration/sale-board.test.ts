import { sql } from 'kysely';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SaleBoard } from '../../src/engine/sale-board.ts';
import { PaymentRig } from '../support/payment-rig.ts';

/** Only a hang waits as long as this. */
const PATIENCE = { timeout: 20_000 };

let rig: PaymentRig;
let board: SaleBoard;

beforeAll(async () => {
  rig = await PaymentRig.open();
  const onFailure = (error: unknown) => {
    throw error;
  };
  board = new SaleBoard(rig.store, rig.database.db, { refreshMs: 60_000, ledgerRefreshMs: 60_000, onFailure });
});
afterAll(() => rig.close());

test('shows the stock of the last refresh, not of the moment', async () => {
  const saleId = await rig.openSale(3);
  await board.refreshAll();
  await rig.reserve(saleId);
  expect(board.find(saleId)?.stock[0]?.available).toBe(3);

  await board.refresh();
  expect(board.find(saleId)?.stock[0]?.available).toBe(2);
});

test('a crowd that looks for what is not there has the store asked once', async () => {
  let asked = 0;
  const counted = new Proxy(rig.store, {
    get: (store, name) => {
      if (name === 'listSales') asked++;
      return Reflect.get(store, name, store).bind(store);
    },
  });
  const options = { refreshMs: 60_000, ledgerRefreshMs: 60_000, onFailure: () => {} };
  const sought = new SaleBoard(counted, rig.database.db, options);
  const saleId = await rig.openSale(1);
  await Promise.all(Array.from({ length: 50 }, () => sought.lookAgain()));
  expect(sought.find(saleId)).not.toBeNull();
  expect(asked).toBe(1);
});

test('the last word on a sale stands while its server alone is out of reach', async () => {
  const saleId = await rig.openSale(3);
  await rig.project(saleId);
  let lost = false;
  const listSales = async () => (lost ? { views: [], unreachable: [saleId] } : rig.store.listSales());
  const flawed = new Proxy(rig.store, {
    get: (store, name) => (name === 'listSales' ? listSales : Reflect.get(store, name, store).bind(store)),
  });
  const options = { refreshMs: 60_000, ledgerRefreshMs: 60_000, onFailure: () => {} };
  const shown = new SaleBoard(flawed, rig.database.db, options);
  await shown.refreshAll();
  lost = true;
  await shown.refreshAll();
  expect(shown.find(saleId)).toMatchObject({ isHeld: true, phase: 'live', stock: [{ available: 3 }] });
});

test('a sale that the ledger has and the store lost is recovering, and no stock is shown', async () => {
  const saleId = await rig.openSale(3);
  await rig.project(saleId);
  const lost = new Proxy(rig.store, {
    get: (store, name) =>
      name === 'listSales' ? async () => ({ views: [], unreachable: [] }) : Reflect.get(store, name, store).bind(store),
  });
  const blind = new SaleBoard(lost, rig.database.db, {
    refreshMs: 60_000,
    ledgerRefreshMs: 60_000,
    onFailure: () => {},
  });
  await blind.refreshAll();

  expect(blind.find(saleId)).toMatchObject({ phase: 'recovering', stock: [{ available: 0 }] });
});

test('counts units that the ledger has sold beyond its stock', async () => {
  const saleId = await rig.openSale(3);
  await board.refreshAll();
  expect(board.oversoldUnits()).toBe(0);

  await sql`alter table sale_items drop constraint sale_items_never_oversold`.execute(rig.database.db);
  await sql`update sale_items set sold = 5 where sale_id = ${saleId}`.execute(rig.database.db);
  await board.refreshAll();

  expect(board.oversoldUnits()).toBe(2);
});

test('goes on showing the stock while the ledger cannot answer, and reports that it cannot', async () => {
  const failures: unknown[] = [];
  const onFailure = (error: unknown) => failures.push(error);
  const live = new SaleBoard(rig.store, rig.database.db, { refreshMs: 5, ledgerRefreshMs: 5, onFailure });
  const saleId = await rig.openSale(3);
  await live.start();
  onTestFinished(() => live.stop());
  await sql`alter table sales rename to sales_out_of_reach`.execute(rig.database.db);
  onTestFinished(async () => void (await sql`alter table sales_out_of_reach rename to sales`.execute(rig.database.db)));
  await expect.poll(() => failures.length, PATIENCE).toBeGreaterThan(0);

  await rig.reserve(saleId);

  await expect.poll(() => live.find(saleId)?.stock[0]?.available, PATIENCE).toBe(2);
});

test('finds a sale that another process has made since, and asks for none that is not there again and again', async () => {
  let asked = 0;
  const counting = new Proxy(rig.store, {
    get: (store, name) => {
      if (name === 'listSales') asked += 1;
      return Reflect.get(store, name, store).bind(store);
    },
  });
  const other = new SaleBoard(counting, rig.database.db, {
    refreshMs: 60_000,
    ledgerRefreshMs: 60_000,
    onFailure: () => {},
  });
  const saleId = await rig.openSale(3);
  expect(other.find(saleId)).toBeNull();
  expect((await other.seek(saleId))?.sale.saleId).toBe(saleId);

  await Promise.all(Array.from({ length: 100 }, () => other.seek('no sale')));
  expect(asked).toBeLessThanOrEqual(2);
});
