import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminSale, type SaleDraft } from '#sdk/contract/admin-sale.ts';
import { sale as publicSale } from '#sdk/contract/sale.ts';
import { insertSale, setEpoch } from '../../src/database/sales.ts';
import type { SaleDefinition } from '../../src/domain/sale.ts';
import { ManualClock } from '../support/clock.ts';
import { type Answer, saleDraft, saleItem, TestServer } from '../support/server.ts';

const MINUTE_MS = 60_000;
const clock = new ManualClock();
const isAdminSale = Compile(adminSale);
const isPublicSale = Compile(publicSale);
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read });
});
afterAll(() => server.stop());

function isoIn(ms: number): string {
  return new Date(clock.read() + ms).toISOString();
}

/** Starts in an hour and lasts for one; the waiting room has the defaults of the contract. */
function draft(rules: SaleDraft['waiting_room'] = {}): Partial<SaleDraft> {
  return { starts_at: isoIn(60 * MINUTE_MS), ends_at: isoIn(120 * MINUTE_MS), waiting_room: rules };
}

function create(body: Partial<SaleDraft>): Promise<Answer> {
  return server.operate('/sales', { body: { ...saleDraft(), ...body } });
}

function change(saleId: string, body: unknown): Promise<Answer> {
  return server.operate(`/sales/${saleId}`, { method: 'PATCH', body });
}

function errorsOf({ json }: Answer): string[] {
  return json.errors.map(({ field, message }: { field: string; message: string }) => `${field} ${message}`);
}

async function join(saleId: string, userId: string): Promise<string> {
  const { store } = server.app.ports;
  return (await store.join({ saleId, userId, held: false, correlationId: 'test' })).code;
}

describe('a sale with a waiting room', () => {
  test('opens it five minutes before the start, first come, first served, unless asked otherwise', async () => {
    const { status, json } = await create(draft());
    expect(status).toBe(201);
    expect([...isAdminSale.Errors(json)]).toEqual([]);
    expect(json.waiting_room).toEqual({
      opens_at: isoIn(55 * MINUTE_MS),
      order: 'fifo',
      rate_per_second: 100,
      max_active: 10_000,
      admission_seconds: 60,
    });
    expect(json.room).toEqual({
      tickets: 0,
      waiting: 0,
      now_serving: 0,
      at_door: 0,
      inside: 0,
      admissions: 0,
      called_per_second: null,
      gate: { rate_per_second: 100, max_active: 10_000, paused: false },
    });
  });

  test('tells the public when it opens, and not how fast it lets in', async () => {
    const { json: created } = await create(draft({ order: 'draw', rate_per_second: 7, admission_seconds: 90 }));
    const { json } = await server.call(`/api/v1/flash-sale/${created.sale_id}`);
    expect([...isPublicSale.Errors(json)]).toEqual([]);
    expect(json.waiting_room).toEqual({ opens_at: isoIn(55 * MINUTE_MS), order: 'draw', admission_seconds: 90 });
  });

  test('lets buyers queue from its opening on, before the start', async () => {
    const { sale_id: saleId } = (await create(draft())).json;
    const buyer = await server.guest();
    const enter = () => server.call(`/api/v1/flash-sale/${saleId}/enter-queue`, { token: buyer, body: {} });
    const phase = async () => (await server.operate(`/sales/${saleId}`)).json.phase;
    clock.advance(55 * MINUTE_MS - 1);
    expect(await enter()).toMatchObject({ status: 409, json: { code: 'sale_not_started' } });
    clock.advance(1);
    expect(await enter()).toMatchObject({ status: 200, json: { state: 'waiting', queue_position: 1 } });
    await expect.poll(phase, { timeout: 20_000 }).toBe('queueing');
  });

  test('without one has none, and no room to show', async () => {
    const { json } = await create({ ...draft(), waiting_room: null });
    expect(json).toMatchObject({ waiting_room: null, room: null });
  });

  test.each<[string, () => Partial<SaleDraft>, string[]]>([
    [
      'opens before the start',
      () => draft({ opens_at: isoIn(61 * MINUTE_MS) }),
      ['waiting_room.opens_at must not be after starts_at'],
    ],
    [
      'opens before the list of its draw closes',
      () => draft({ order: 'draw', opens_at: isoIn(60 * MINUTE_MS - 15_000) }),
      ['waiting_room.opens_at must be more than 15 s before starts_at, when the list of a draw closes'],
    ],
    [
      'has a draw only with a start that is far enough',
      () => ({ ...draft({ order: 'draw' }), starts_at: isoIn(15_000) }),
      ['starts_at must be more than 15 s away, when the list of a draw closes'],
    ],
  ])('%s', async (_, wrong, errors) => {
    const answer = await create(wrong());
    expect(answer).toMatchObject({ status: 400, json: { code: 'validation_failed' } });
    expect(errorsOf(answer)).toEqual(errors);
  });

  test('may start at once, without a draw', async () => {
    const { json } = await create({ ...draft(), starts_at: isoIn(-MINUTE_MS) });
    expect(json).toMatchObject({ state: 'active', waiting_room: { opens_at: isoIn(-6 * MINUTE_MS) } });
  });
});

describe('a change of the waiting room', () => {
  test('changes what it names, at the gate too', async () => {
    const { json: sale } = await create(draft({ max_active: 50, admission_seconds: 30 }));
    const { status, json } = await change(sale.sale_id, { waiting_room: { rate_per_second: 5 } });
    expect(status).toBe(200);
    expect(json.waiting_room).toEqual({ ...sale.waiting_room, rate_per_second: 5 });
    expect(json.room.gate).toEqual({ rate_per_second: 5, max_active: 50, paused: false });
  });

  test('moves the opening with the start, while it is still to come', async () => {
    const { json: sale } = await create(draft());
    const moved = await change(sale.sale_id, { starts_at: isoIn(90 * MINUTE_MS) });
    expect(moved.json.waiting_room.opens_at).toBe(isoIn(85 * MINUTE_MS));
    const { json: open } = await create(draft({ opens_at: isoIn(-1_000) }));
    const delayed = await change(open.sale_id, { starts_at: isoIn(90 * MINUTE_MS) });
    expect(delayed.json).toMatchObject({ phase: 'queueing', waiting_room: { opens_at: open.waiting_room.opens_at } });
  });

  test('adds a room or takes it away while nobody queues', async () => {
    const { json: sale } = await create(draft(null));
    const added = await change(sale.sale_id, { waiting_room: { rate_per_second: 9 } });
    expect(added.json).toMatchObject({ waiting_room: { rate_per_second: 9, order: 'fifo' }, room: { tickets: 0 } });
    const removed = await change(sale.sale_id, { waiting_room: null });
    expect(removed.json).toMatchObject({ waiting_room: null, room: null });
  });

  test('that would take places away is refused, and says why; others are made', async () => {
    const { json: sale } = await create(draft({ opens_at: isoIn(-1_000) }));
    expect(await join(sale.sale_id, 'ann')).toBe('joined');
    for (const waiting_room of [null, { order: 'draw' }]) {
      const refused = await change(sale.sale_id, { waiting_room });
      expect(refused).toMatchObject({ status: 409, json: { code: 'wrong_state' } });
      expect(refused.json.detail).toContain('Buyers queue already');
    }
    const renamed = await change(sale.sale_id, { name: 'Another name', waiting_room: { max_active: 3 } });
    expect(renamed.json).toMatchObject({ name: 'Another name', room: { tickets: 1, gate: { max_active: 3 } } });
  });

  test('comes too late once the list of a draw is closed, or the sale has begun', async () => {
    const sale = (await create({ ...draft({ order: 'draw', opens_at: isoIn(-1_000) }), starts_at: isoIn(30_000) }))
      .json;
    clock.advance(20_000);
    const closed = await change(sale.sale_id, { starts_at: isoIn(90 * MINUTE_MS) });
    expect(closed).toMatchObject({ status: 409, json: { detail: 'The list of its draw is closed.' } });
    clock.advance(20_000);
    const begun = await change(sale.sale_id, { name: 'Late' });
    expect(begun).toMatchObject({ status: 409, json: { detail: 'The sale has begun.' } });
  });

  test('of something else leaves what was set at the gate', async () => {
    const { json: sale } = await create(draft());
    await server.operate(`/sales/${sale.sale_id}/gate`, {
      method: 'PATCH',
      body: { rate_per_second: 1, paused: true },
    });
    const { json } = await change(sale.sale_id, { name: 'Another name', waiting_room: { max_active: 20 } });
    expect(json.room.gate).toEqual({ rate_per_second: 1, max_active: 20, paused: true });
  });
});

describe('prewarming', () => {
  async function checksOf(saleId: string): Promise<Record<string, boolean>> {
    const { json } = await server.operate(`/sales/${saleId}/prewarm`, { method: 'POST' });
    const checks = json.checks as { name: string; ok: boolean }[];
    expect(json.ready).toBe(checks.every(({ ok }) => ok));
    return Object.fromEntries(checks.map(({ name, ok }) => [name, ok]));
  }

  test('finds a room that fits its sale ready', async () => {
    const { json } = await create(draft({ order: 'draw' }));
    expect(await checksOf(json.sale_id)).toEqual({
      stock_loaded: true,
      ledger_agrees: true,
      order_log_applied: true,
      joins_on: true,
      purchases_on: true,
      payments_on: true,
      room_opens_in_time: true,
      gate_open: true,
      cap_fits_rate: true,
      rate_fits_sale: true,
      draw_planned: true,
      page_rendered: true,
      page_purged: true,
    });
  });

  test('asks nothing of a room where nobody queues', async () => {
    const { json } = await create(draft(null));
    const checks = Object.keys(await checksOf(json.sale_id));
    expect(checks).not.toContain('joins_on');
    expect(checks).not.toContain('gate_open');
  });

  test.each<[string, () => SaleDraft['waiting_room']]>([
    ['room_opens_in_time', () => ({ opens_at: isoIn(59.5 * MINUTE_MS) })],
    ['cap_fits_rate', () => ({ max_active: 9 })],
    ['rate_fits_sale', () => ({ rate_per_second: 1 })],
  ])('reports %s', async (name, rules) => {
    const { json } = await create({ ...draft(rules()), items: [saleItem('A', 10_000)] });
    const checks = await checksOf(json.sale_id);
    expect(Object.keys(checks).filter((check) => !checks[check])).toEqual([name]);
  });

  test('reports a gate that is paused, and joins that are switched off', async () => {
    const { json } = await create(draft());
    await server.operate(`/sales/${json.sale_id}/gate`, { method: 'PATCH', body: { paused: true } });
    await server.operate('/switches', { method: 'PATCH', body: { joins: false } });
    const checks = await checksOf(json.sale_id);
    await server.operate('/switches', { method: 'PATCH', body: { joins: true } });
    expect(Object.keys(checks).filter((check) => !checks[check])).toEqual(['joins_on', 'gate_open']);
  });

  test('loads a scheduled sale that only the ledger knows, once, and writes it down', async () => {
    const sale = await onlyInLedger({ startsAtMs: clock.read() + 60 * MINUTE_MS });
    expect(await server.app.ports.store.readSale(sale.saleId)).toBeNull();
    expect(await checksOf(sale.saleId)).toMatchObject({ stock_loaded: true });
    expect(await server.app.ports.store.readSale(sale.saleId)).toMatchObject({ state: 'scheduled', sale });
    await checksOf(sale.saleId);
    const { entries } = (await server.operate('/audit-log?limit=5')).json;
    const loaded = entries.filter(({ action }: { action: string }) => action === 'sale_loaded');
    expect(loaded).toMatchObject([{ subject: sale.saleId, actor: 'operator' }]);
  });

  test('never loads a sale whose start has passed: that one is to be recovered', async () => {
    const sale = await onlyInLedger({ startsAtMs: clock.read() - 1 });
    expect(await checksOf(sale.saleId)).toMatchObject({ stock_loaded: false });
    expect(await server.app.ports.store.readSale(sale.saleId)).toBeNull();
  });

  /** As a process leaves it that ended between the ledger and the store. */
  async function onlyInLedger(change: Partial<SaleDefinition>): Promise<SaleDefinition> {
    const { json } = await create(draft());
    const view = await server.app.ports.store.readSale(json.sale_id);
    if (!view) throw new Error('not in the store');
    const sale = { ...view.sale, ...change, saleId: crypto.randomUUID() };
    await insertSale(server.app.ports.ledger.db, sale, clock.read());
    await setEpoch(server.app.ports.ledger.db, sale.saleId, 1);
    return sale;
  }
});
