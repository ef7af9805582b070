import { sql } from 'kysely';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Draw } from '#sdk/contract/draw.ts';
import { encodeCursor } from '../../src/database/cursor.ts';
import {
  commitmentOf,
  drawEntry,
  entryNonce,
  finalSeed,
  fromBase64url,
  listHashOf,
  Permutation,
  toBase64url,
} from '../../src/domain/draw.ts';
import { QUICKNET_42, QUICKNET_657413 } from '../support/drand-records.ts';
import { json, status } from '../support/drand-relay.ts';
import {
  crowd,
  DRAW_CLOSES_MS,
  DRAW_STARTS_MS,
  type DrawRig,
  drawDraft,
  openDrawRig,
  ROUND_DUE_MS,
  startDrawRig,
} from '../support/draw-sale.ts';

type OpenRig = Awaited<ReturnType<typeof openDrawRig>>;

const PATIENCE = { timeout: 60_000, interval: 50 };
const MORE_THAN_ARE_SHOWN = 51;
const GIVES_UP_MS = DRAW_STARTS_MS + 30_000;

async function reaches(rig: DrawRig, saleId: string, state: Draw['state']): Promise<Draw> {
  return vi.waitFor(async () => {
    const draw = await rig.draw(saleId);
    expect(draw.state).toBe(state);
    return draw;
  }, PATIENCE);
}

async function entriesOf({ server }: DrawRig, saleId: string, query = ''): Promise<string[]> {
  return (await server.call(`/api/v1/flash-sale/${saleId}/draw/entries${query}`)).json.entries;
}

async function isArchived({ server }: DrawRig, saleId: string): Promise<void> {
  await vi.waitFor(async () => {
    const found = await server.app.ports.ledger.db
      .selectFrom('draws')
      .selectAll()
      .where('sale_id', '=', saleId)
      .execute();
    expect(found).toHaveLength(1);
  }, PATIENCE);
}

describe('a draw', () => {
  it('is bound, closed, published and made, each in its time', async () => {
    const rig = await startDrawRig();
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, crowd(25));
    const open = await rig.draw(saleId);
    expect(open).toMatchObject({
      state: 'open',
      trust: 'beacon',
      closes_at: new Date(DRAW_CLOSES_MS).toISOString(),
      beacon: { url: rig.relay.url, round: 42, due_at: new Date(ROUND_DUE_MS).toISOString() },
      entrants: null,
      list_hash: null,
      drawn: null,
      earlier: [],
    });
    expect(await entriesOf(rig, saleId)).toEqual([]);

    rig.clock.set(DRAW_CLOSES_MS);
    const closed = await reaches(rig, saleId, 'closed');
    await rig.join(saleId, ['late']);
    const entries = await entriesOf(rig, saleId);
    expect(closed).toMatchObject({ entrants: 25, list_hash: listHashOf(entries.map(fromBase64url)), drawn: null });
    expect(rig.relay.asked()).toEqual(['info']);

    rig.clock.set(ROUND_DUE_MS);
    const { drawn, ...rest } = await reaches(rig, saleId, 'drawn');
    expect(rest).toEqual({ ...closed, state: 'drawn', drawn: undefined });
    expect(drawn?.beacon).toEqual({ url: rig.relay.url, ...QUICKNET_42 });
    expect(commitmentOf(drawn?.committed_seed ?? '')).toBe(open.commitment);
    const parts = { committedSeed: drawn?.committed_seed ?? '', listHash: closed.list_hash ?? '', entrants: 25 };
    expect(drawn?.seed).toBe(finalSeed({ ...parts, beacon: drawn?.beacon ?? null }));
  });

  it('without a beacon is made as soon as the list is closed, and says whom it trusts', async () => {
    const rig = await startDrawRig({ DRAW_BEACON_URL: '' });
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, ['ann', 'ben']);
    expect(await rig.draw(saleId)).toMatchObject({ trust: 'operator', beacon: null });
    rig.clock.set(DRAW_CLOSES_MS);
    expect(await reaches(rig, saleId, 'drawn')).toMatchObject({
      trust: 'operator',
      entrants: 2,
      drawn: { beacon: null },
    });
  });
});

describe('before the list closes', () => {
  let rig: OpenRig;

  beforeAll(async () => {
    rig = await openDrawRig();
    return () => rig.close();
  });

  it('nobody can read the seed', async () => {
    const { sale_id: saleId } = await rig.createSale();
    const plan = (await rig.server.app.ports.store.readSale(saleId))?.sale.waitingRoom?.draw;
    const answers = await Promise.all([
      rig.server.call(`/api/v1/flash-sale/${saleId}`),
      rig.server.call(`/api/v1/flash-sale/${saleId}/status`),
      rig.server.call(`/api/v1/flash-sale/${saleId}/draw`),
      rig.server.operate(`/sales/${saleId}`),
      rig.server.operate('/audit-log'),
    ]);
    for (const { text } of answers) {
      expect(text).not.toContain(plan?.seed);
      expect(text).not.toContain(plan?.entrySecret);
    }
  });

  it('a sale without a draw has none to read', async () => {
    const fifo = await rig.createSale({ waiting_room: { order: 'fifo' } });
    const none = await rig.createSale({ waiting_room: null });
    for (const saleId of [fifo.sale_id, none.sale_id, '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70']) {
      for (const path of ['draw', 'draw/entries']) {
        const { status, json } = await rig.server.call(`/api/v1/flash-sale/${saleId}/${path}`);
        expect([status, json.code]).toEqual([404, 'not_found']);
      }
    }
  });

  it('a cursor that is none is refused', async () => {
    const { sale_id: saleId } = await rig.createSale();
    const { json } = await rig.server.call(`/api/v1/flash-sale/${saleId}/draw/entries?cursor=x`);
    expect(json.code).toBe('validation_failed');
  });

  it('editing the sale keeps the commitment, and the round unless the start moves', async () => {
    const { sale_id: saleId } = await rig.createSale();
    const before = await rig.draw(saleId);
    await rig.server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { purchase_limit: 1 } });
    expect(await rig.draw(saleId)).toEqual(before);
    const startsAt = new Date(DRAW_STARTS_MS + 3_000).toISOString();
    await rig.server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { starts_at: startsAt } });
    const after = await rig.draw(saleId);
    expect(after.commitment).toBe(before.commitment);
    expect(after.beacon).toMatchObject({ round: 43 });
  });

  it('a start that moves never names a round that may be known already', async () => {
    const { sale_id: saleId } = await rig.createSale();
    const startsAt = new Date(rig.clock.read() + 1_000).toISOString();
    await rig.server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { starts_at: startsAt } });
    const { beacon } = await rig.draw(saleId);
    expect(Date.parse(beacon?.due_at ?? '')).toBeGreaterThanOrEqual(rig.clock.read() + 5_000);
  });

  it('what there is of the entries may not be kept by caches', async () => {
    const { sale_id: saleId } = await rig.createSale();
    const { headers } = await rig.server.call(`/api/v1/flash-sale/${saleId}/draw/entries`);
    expect(headers.get('cache-control') ?? '').not.toContain('immutable');
  });
});

describe('after the draw', () => {
  let rig: OpenRig;
  let saleId: string;
  let emptySaleId: string;
  let seed: string;

  beforeAll(async () => {
    rig = await openDrawRig();
    saleId = (await rig.createSale()).sale_id;
    emptySaleId = (await rig.createSale({ name: 'Autumn drop' })).sale_id;
    await rig.join(saleId, crowd(25));
    rig.clock.set(ROUND_DUE_MS);
    seed = (await reaches(rig, saleId, 'drawn')).drawn?.seed ?? '';
    return () => rig.close();
  });

  it('every entrant has the place that the seed says, and latecomers theirs behind', async () => {
    await rig.join(saleId, ['late']);
    const permutation = new Permutation(seed, 25);
    const expected = crowd(25).map((_, index) => permutation.at(index) + 1);
    const places = [...crowd(25), 'late'].map((userId, index) =>
      rig.server.app.ports.store.readPlace({ saleId, userId, ticket: index + 1 }),
    );
    expect((await Promise.all(places)).map((place) => place?.position)).toEqual([...expected, 26]);
  });

  it('a holder, and nobody else, recognises their entry', async () => {
    const [first] = await entriesOf(rig, saleId);
    const plan = (await rig.server.app.ports.store.readSale(saleId))?.sale.waitingRoom?.draw;
    if (!plan) throw new Error('the sale has no draw');
    const entry = (userId: string) => toBase64url(drawEntry({ saleId, ticket: 1, userId, nonce: entryNonce(plan, 1) }));
    expect(entry('buyer-1')).toBe(first);
    expect(entry('buyer-2')).not.toBe(first);
    const told = JSON.stringify([await rig.draw(saleId), await entriesOf(rig, saleId)]);
    expect(told).not.toContain(plan.entrySecret);
  });

  it('the draw of nobody is made too', async () => {
    const draw = await reaches(rig, emptySaleId, 'drawn');
    expect(draw).toMatchObject({ entrants: 0, list_hash: listHashOf([]) });
    await isArchived(rig, emptySaleId);
  });

  it('the entries come in pages, in the order of their tickets', async () => {
    const all = await entriesOf(rig, saleId);
    expect(all).toHaveLength(25);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=10${cursor ? `&cursor=${cursor}` : ''}`;
      const { json } = await rig.server.call(`/api/v1/flash-sale/${saleId}/draw/entries${query}`);
      paged.push(...json.entries);
      cursor = json.next_cursor;
    } while (cursor);
    expect(paged).toEqual(all);
  });

  it('the entries may be kept by caches for good', async () => {
    const { headers } = await rig.server.call(`/api/v1/flash-sale/${saleId}/draw/entries`);
    expect(headers.get('cache-control')).toContain('immutable');
  });
});

describe('the beacon', () => {
  it('may be late: the draw waits for its round', async () => {
    const rig = await startDrawRig();
    rig.relay.answer('public/42', status(404));
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, ['ann']);
    rig.clock.set(GIVES_UP_MS - 1);
    await vi.waitFor(() => expect(rig.relay.asked()).toContain('public/42'), PATIENCE);
    expect(await rig.draw(saleId)).toMatchObject({ state: 'closed' });
    rig.relay.answer('public/42', null);
    expect(await reaches(rig, saleId, 'drawn')).toMatchObject({ trust: 'beacon' });
  });

  it.each([
    ['does not deliver', status(404)],
    ['delivers a forged round', json({ ...QUICKNET_657413, round: 42 })],
  ])('that %s is done without in the end, for all to see', async (_, answer) => {
    const rig = await startDrawRig();
    rig.relay.answer('public/42', answer);
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, ['ann', 'ben']);
    rig.clock.set(GIVES_UP_MS);
    const draw = await reaches(rig, saleId, 'drawn');
    expect(draw).toMatchObject({ trust: 'operator', beacon: { round: 42 }, drawn: { beacon: null } });
    expect(rig.server.logged).toContainEqual(
      expect.objectContaining({ saleId, message: 'the beacon did not deliver in time, the draw is made without it' }),
    );
  });

  it('that cannot be reached keeps a sale with a draw from being created', async () => {
    const rig = await startDrawRig();
    rig.relay.answer('info', status(503));
    const refused = await rig.server.operate('/sales', { body: drawDraft() });
    expect([refused.status, refused.json.code]).toEqual([503, 'overloaded']);
    expect((await rig.server.operate('/sales')).json.sales).toEqual([]);
    rig.relay.answer('info', null);
    expect((await rig.server.operate('/sales', { body: drawDraft() })).status).toBe(201);
  });
});

describe('what is kept', () => {
  it('is a draw that stays checkable after the store has let go of the sale', async () => {
    const rig = await startDrawRig();
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, crowd(25));
    rig.clock.set(ROUND_DUE_MS);
    const drawn = await reaches(rig, saleId, 'drawn');
    const entries = await entriesOf(rig, saleId);
    await isArchived(rig, saleId);
    await endAndDelete(rig, saleId);
    expect(await rig.draw(saleId)).toEqual(drawn);
    expect(await entriesOf(rig, saleId)).toEqual(entries);
    expect(await entriesOf(rig, saleId, '?limit=5')).toEqual(entries.slice(0, 5));
    for (const after of [24, 25, 2 ** 31]) {
      const query = `?cursor=${encodeCursor(after, '')}`;
      expect(await entriesOf(rig, saleId, query)).toEqual(entries.slice(after));
    }
  });

  it('is written as soon as the ledger can take it', async () => {
    const rig = await startDrawRig();
    const { sale_id: saleId } = await rig.createSale();
    await rig.join(saleId, ['ann', 'ben']);
    const { db } = rig.server.app.ports.ledger;
    await sql`alter table draw_entries rename to draw_entries_away`.execute(db);
    rig.clock.set(ROUND_DUE_MS);
    await reaches(rig, saleId, 'drawn');
    await vi.waitFor(() => {
      expect(rig.server.logged).toContainEqual(expect.objectContaining({ task: `draw of sale ${saleId}` }));
    }, PATIENCE);
    await sql`alter table draw_entries_away rename to draw_entries`.execute(db);
    await isArchived(rig, saleId);
    expect(await db.selectFrom('draw_entries').select('first_ticket').execute()).toEqual([{ first_ticket: 1 }]);
  });

  it('shows the draws of earlier sales of the same name, one that was cancelled before it was drawn too, and of no others', async () => {
    const rig = await startDrawRig();
    const first = await rig.createSale();
    await rig.join(first.sale_id, ['ann']);
    const cancelled = await rig.createSale();
    await rig.join(cancelled.sale_id, crowd(3));
    const commitments = [(await rig.draw(first.sale_id)).commitment, (await rig.draw(cancelled.sale_id)).commitment];
    await rig.server.operate(`/sales/${cancelled.sale_id}/cancel`, { method: 'POST' });
    rig.clock.set(ROUND_DUE_MS);
    const drawn = await reaches(rig, first.sale_id, 'drawn');
    await isArchived(rig, first.sale_id);
    await endAndDelete(rig, first.sale_id);
    const startsAt = new Date(rig.clock.read() + 60_000).toISOString();
    const again = await rig.createSale({ starts_at: startsAt, ends_at: '2040-01-01T00:00:00Z' });
    for (let sale = 0; sale < MORE_THAN_ARE_SHOWN; sale++) {
      await rig.createSale({ starts_at: startsAt, ends_at: '2040-01-01T00:00:00Z', waiting_room: null });
    }
    const other = await rig.createSale({ name: 'Autumn drop', starts_at: startsAt, ends_at: '2040-01-01T00:00:00Z' });
    const { earlier } = await rig.draw(again.sale_id);
    expect(earlier).toHaveLength(2);
    expect(earlier).toContainEqual(
      expect.objectContaining({
        sale_id: first.sale_id,
        commitment: commitments[0],
        seed: drawn.drawn?.seed,
        list_hash: drawn.list_hash,
        trust: 'beacon',
      }),
    );
    expect(earlier).toContainEqual(
      expect.objectContaining({ sale_id: cancelled.sale_id, commitment: commitments[1], made_at: null, seed: null }),
    );
    expect((await rig.draw(other.sale_id)).earlier).toEqual([]);
    expect(rig.server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

async function endAndDelete({ server, clock }: DrawRig, saleId: string): Promise<void> {
  clock.set(DRAW_STARTS_MS + 3_600_000);
  await vi.waitFor(async () => {
    expect((await server.operate(`/sales/${saleId}`, { method: 'DELETE' })).status).toBe(204);
  }, PATIENCE);
}
