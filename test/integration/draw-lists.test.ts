import { beforeAll, describe, expect, it } from 'vitest';
import { listHashOf } from '../../src/domain/draw.ts';
import { DrawLists } from '../../src/engine/draw-lists.ts';
import type { SaleView } from '../../src/store/store.ts';
import { crowd, DRAW_CLOSES_MS, type DrawRig, openDrawRig } from '../support/draw-sale.ts';

const ENTRANTS = 5_000;

let rig: DrawRig & { close(): Promise<void> };
let open: SaleView;
let closed: SaleView;

beforeAll(async () => {
  rig = await openDrawRig({ DRAW_BEACON_URL: '' });
  const { store } = rig.server.app.ports;
  const { sale_id: saleId } = await rig.createSale();
  const join = (userId: string) => store.join({ saleId, userId, held: false, correlationId: 'test' });
  await Promise.all(crowd(ENTRANTS - 2).map(join));
  open = await readSale(saleId);
  await rig.join(saleId, ['last but one', 'last']);
  rig.clock.set(DRAW_CLOSES_MS);
  await rig.join(saleId, ['late']);
  closed = await readSale(saleId);
  return () => rig.close();
});

async function readSale(saleId: string): Promise<SaleView> {
  const view = await rig.server.app.ports.store.readSale(saleId);
  if (!view) throw new Error(`no sale ${saleId}`);
  return view;
}

describe('the list of a draw', () => {
  it('is the same whether it was written while it grew or at once', async () => {
    const { store } = rig.server.app.ports;
    const grown = new DrawLists(store);
    await grown.prepare(open);
    const list = await grown.of(closed);
    expect(list).toEqual(await new DrawLists(store).of(closed));
    expect(list).toMatchObject({ entrants: ENTRANTS, listHash: listHashOf(list ? [list.entries] : []) });
    expect(list?.entries).toHaveLength(32 * ENTRANTS);
  });

  it('is the same for everybody who asks at once', async () => {
    const lists = new DrawLists(rig.server.app.ports.store);
    const [first, second] = await Promise.all([lists.of(closed), lists.of(closed), lists.prepare(closed)]);
    expect(first).toEqual(second);
    expect(first?.entrants).toBe(ENTRANTS);
  });

  it('is not there while it is open', async () => {
    expect(await new DrawLists(rig.server.app.ports.store).of(open)).toBeNull();
  });

  it('lets others have their turn while it is written', async () => {
    let turns = 0;
    let written = false;
    const count = () => {
      turns += 1;
      if (!written) setImmediate(count);
    };
    setImmediate(count);
    await new DrawLists(rig.server.app.ports.store).of(closed);
    written = true;
    expect(turns).toBeGreaterThanOrEqual(ENTRANTS / 1_000);
  });
});
