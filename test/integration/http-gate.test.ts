import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createClient } from '#sdk/client.ts';
import type { AdminSale, SaleDraft } from '#sdk/contract/admin-sale.ts';
import type { Room } from '#sdk/contract/waiting-room.ts';
import type { AdmitOutcome } from '../../src/domain/queueing.ts';
import { forgetFinishedSales } from '../../src/engine/forget-finished-sales.ts';
import { ManualClock } from '../support/clock.ts';
import { type Answer, OPERATOR_TOKEN, saleItem, TestServer, VIEWER_TOKEN } from '../support/server.ts';

const MINUTE_MS = 60_000;
const PATIENCE = { timeout: 20_000 };
/** Several ticks of the gate. */
const TICKS_MS = 500;
const UNKNOWN = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start({ clock: clock.read });
});
afterAll(() => server.stop());

/** Open already; starts in a minute and lasts for an hour; a hundred units. */
function queueingSale(rules: SaleDraft['waiting_room'] = {}): Promise<AdminSale> {
  const at = (ms: number) => new Date(clock.read() + ms).toISOString();
  return server.createSale({
    starts_at: at(MINUTE_MS),
    ends_at: at(61 * MINUTE_MS),
    items: [saleItem('A', 100)],
    waiting_room: { opens_at: at(-1_000), ...rules },
  });
}

function changeGate(saleId: string, body: unknown): Promise<Answer> {
  return server.operate(`/sales/${saleId}/gate`, { method: 'PATCH', body });
}

async function roomOf(saleId: string): Promise<NonNullable<Room>> {
  return (await server.operate(`/sales/${saleId}`)).json.room;
}

/** Tickets 1 to `count` are those of `buyer-1` and so on. */
async function join(saleId: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) {
    const joined = await server.app.ports.store.join({
      saleId,
      userId: `buyer-${n}`,
      held: false,
      correlationId: 'test',
    });
    if (joined.code !== 'joined') throw new Error(joined.code);
  }
}

function admit(saleId: string, ticket: number): Promise<AdmitOutcome> {
  return server.app.ports.store.admit({ saleId, userId: `buyer-${ticket}`, ticket });
}

function enter(saleId: string, token: string): Promise<Answer> {
  return server.call(`/api/v1/flash-sale/${saleId}/enter-queue`, { token, body: {} });
}

function place(saleId: string, token: string): Promise<Answer> {
  return server.call(`/api/v1/flash-sale/${saleId}/queue`, { token });
}

function untilServing(saleId: string, position: number): Promise<void> {
  return vi.waitFor(async () => expect((await roomOf(saleId)).now_serving).toBe(position), PATIENCE);
}

describe('the gate', () => {
  test('calls nobody before the start, and by itself from the start on', async () => {
    const { sale_id: saleId } = await queueingSale({ rate_per_second: 3 });
    await join(saleId, 5);
    await sleep(TICKS_MS);
    expect(await roomOf(saleId)).toMatchObject({ tickets: 5, waiting: 5, now_serving: 0 });
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 3);
    clock.advance(1_000);
    await untilServing(saleId, 5);
    expect(await roomOf(saleId)).toMatchObject({ waiting: 0, inside: 0, admissions: 0 });
  });

  test('calls no more than the cap lets in, and more when it is raised', async () => {
    const { sale_id: saleId } = await queueingSale({ max_active: 2 });
    await join(saleId, 5);
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 2);
    expect(await admit(saleId, 1)).toMatchObject({ code: 'admitted' });
    expect(await admit(saleId, 2)).toMatchObject({ code: 'admitted' });
    clock.advance(1_000);
    await sleep(TICKS_MS);
    expect(await roomOf(saleId)).toMatchObject({ now_serving: 2, inside: 2, admissions: 2, at_door: 0 });
    expect((await changeGate(saleId, { max_active: 4 })).json.room.gate.max_active).toBe(4);
    await untilServing(saleId, 4);
  });

  test('lets in faster once its rate is raised, up to ten thousand a second and beyond', async () => {
    const { sale_id: saleId } = await queueingSale({ rate_per_second: 1 });
    await join(saleId, 50);
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 1);
    expect((await changeGate(saleId, { rate_per_second: 10_000 })).status).toBe(200);
    clock.advance(1_000);
    await untilServing(saleId, 50);
    const admitted = await Promise.all(Array.from({ length: 50 }, (_, index) => admit(saleId, index + 1)));
    expect(admitted.every(({ code }) => code === 'admitted')).toBe(true);
  });

  test('that is paused calls and lets in nobody, keeps every place, and goes on when it is opened', async () => {
    const { sale_id: saleId } = await queueingSale({ rate_per_second: 2 });
    await join(saleId, 4);
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 2);
    expect((await changeGate(saleId, { paused: true })).json.room.gate.paused).toBe(true);
    clock.advance(10_000);
    await sleep(TICKS_MS);
    expect(await roomOf(saleId)).toMatchObject({ now_serving: 2, waiting: 2, tickets: 4 });
    expect(await admit(saleId, 1)).toMatchObject({ code: 'not_your_turn' });
    await changeGate(saleId, { paused: false });
    expect(await admit(saleId, 1)).toMatchObject({ code: 'admitted' });
    await untilServing(saleId, 4);
  });

  test('stands still while the sale is paused, and every place is kept', async () => {
    const { sale_id: saleId } = await queueingSale({ rate_per_second: 2 });
    await join(saleId, 4);
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 2);
    await server.operate(`/sales/${saleId}/pause`, { method: 'POST' });
    clock.advance(10_000);
    await sleep(TICKS_MS);
    expect(await roomOf(saleId)).toMatchObject({ now_serving: 2, waiting: 2 });
    expect(await admit(saleId, 1)).toEqual({ code: 'sale_paused' });
    await server.operate(`/sales/${saleId}/resume`, { method: 'POST' });
    await untilServing(saleId, 4);
  });

  test('calls nobody for stock that is gone', async () => {
    const { sale_id: saleId } = await queueingSale();
    await server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { items: [saleItem('A', 3)] } });
    await join(saleId, 10);
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 3);
    for (const ticket of [1, 2, 3]) expect(await admit(saleId, ticket)).toMatchObject({ code: 'admitted' });
    clock.advance(5_000);
    await sleep(TICKS_MS);
    expect(await roomOf(saleId)).toMatchObject({ now_serving: 3, waiting: 7 });
  });
});

describe('changing the gate', () => {
  test('is answered with the sale, and alike when repeated', async () => {
    const { sale_id: saleId } = await queueingSale();
    const change = { rate_per_second: 20, max_active: 30, paused: true };
    for (let times = 0; times < 2; times++) {
      expect(await changeGate(saleId, change)).toMatchObject({ status: 200, json: { room: { gate: change } } });
    }
    const { json } = await changeGate(saleId, { paused: false });
    expect(json.room.gate).toEqual({ ...change, paused: false });
    expect(json.waiting_room).toMatchObject({ rate_per_second: 100, max_active: 10_000 });
  });

  test('is written down once, with what each setting was and is', async () => {
    const { sale_id: saleId } = await queueingSale();
    for (let times = 0; times < 2; times++) await changeGate(saleId, { rate_per_second: 20, max_active: 10_000 });
    await changeGate(saleId, { paused: true });
    const { entries } = (await server.operate('/audit-log?limit=3')).json;
    expect(entries).toMatchObject([
      { action: 'gate_changed', actor: 'operator', subject: saleId, detail: { paused: { from: false, to: true } } },
      { action: 'gate_changed', detail: { rate_per_second: { from: 100, to: 20 } } },
      { action: 'sale_created', subject: saleId },
    ]);
    expect(entries[1].detail).not.toHaveProperty('max_active');
  });

  test.each([{}, { rate_per_second: 0 }, { rate_per_second: 100_001 }, { max_active: 0 }, { paused: 1 }, { speed: 2 }])(
    '%j is refused',
    async (body) => {
      expect((await changeGate(UNKNOWN, body)).json.code).toBe('validation_failed');
    },
  );

  test('needs a sale that is there, has a waiting room, and is not over', async () => {
    expect((await changeGate(UNKNOWN, { paused: true })).json.code).toBe('not_found');
    const { sale_id: without } = await server.createSale();
    expect(await changeGate(without, { paused: true })).toMatchObject({
      status: 409,
      json: { code: 'wrong_state', detail: 'The sale has no waiting room.' },
    });
    const { sale_id: over } = await queueingSale();
    await server.operate(`/sales/${over}/cancel`, { method: 'POST' });
    expect((await changeGate(over, { paused: true })).json.code).toBe('wrong_state');
  });

  test('is for operators', async () => {
    const { sale_id: saleId } = await queueingSale();
    const path = `/api/v1/admin/sales/${saleId}/gate`;
    const body = { paused: true };
    expect((await server.call(path, { method: 'PATCH', body })).json.code).toBe('unauthenticated');
    expect((await server.call(path, { method: 'PATCH', body, token: VIEWER_TOKEN })).json.code).toBe('forbidden');
  });

  test('is seen on the operations stream', async () => {
    const { sale_id } = await queueingSale();
    const client = createClient({ baseUrl: server.url, token: OPERATOR_TOKEN });
    let rates: (number | undefined)[] = [];
    for await (const { room } of client.streamAdminSale({ sale_id })) {
      rates = [...rates, room?.gate.rate_per_second];
      if (room?.gate.rate_per_second === 77) break;
      await client.changeGate({ sale_id, rate_per_second: 77 });
    }
    expect(rates.at(0)).toBe(100);
  });
});

test('joins that are switched off give no new place in any sale, and take none away', async () => {
  const { sale_id: saleId } = await queueingSale();
  const early = await server.guest();
  const { queue_token: queueToken } = (await enter(saleId, early)).json;
  const thrown = await server.operate('/switches', { method: 'PATCH', body: { joins: false } });
  expect(thrown.json).toEqual({ joins: false, purchases: true, payments: true, notifications: true });
  const late = await server.guest();
  expect(await enter(saleId, late)).toMatchObject({ status: 503, json: { code: 'switched_off' } });
  expect((await enter(saleId, early)).json).toMatchObject({ queue_position: 1, queue_token: queueToken });
  expect((await place(saleId, queueToken)).json).toMatchObject({ queue_position: 1 });
  await server.operate('/switches', { method: 'PATCH', body: { joins: true } });
  expect((await enter(saleId, late)).json).toMatchObject({ queue_position: 2 });
});

test('while purchases are switched off nobody is called', async () => {
  const { sale_id: saleId } = await queueingSale({ rate_per_second: 2 });
  await join(saleId, 6);
  clock.advance(MINUTE_MS);
  await untilServing(saleId, 2);
  await server.operate('/switches', { method: 'PATCH', body: { purchases: false } });
  for (let seconds = 0; seconds < 20; seconds += 10) {
    clock.advance(10_000);
    await sleep(TICKS_MS);
  }
  expect(await roomOf(saleId)).toMatchObject({ now_serving: 2, waiting: 4 });
  await server.operate('/switches', { method: 'PATCH', body: { purchases: true } });
  await vi.waitFor(async () => expect((await roomOf(saleId)).now_serving).toBeGreaterThan(2), PATIENCE);
});

describe('after the end', () => {
  test('the queue is closed and cleared, and nobody is let in', async () => {
    const { sale_id: saleId } = await queueingSale({ rate_per_second: 1 });
    await join(saleId, 3);
    const buyer = await server.guest();
    const { queue_token: queueToken } = (await enter(saleId, buyer)).json;
    clock.advance(MINUTE_MS);
    await untilServing(saleId, 1);
    expect(await admit(saleId, 1)).toMatchObject({ code: 'admitted' });
    expect((await place(saleId, queueToken)).json).toMatchObject({ state: 'waiting', queue_position: 4 });
    clock.advance(60 * MINUTE_MS);

    const { store } = server.app.ports;
    expect(await place(saleId, queueToken)).toMatchObject({ status: 409, json: { code: 'sale_ended' } });
    expect(await enter(saleId, buyer)).toMatchObject({ status: 409, json: { code: 'sale_ended' } });
    expect(await roomOf(saleId)).toMatchObject({ waiting: 0, inside: 0 });
    expect(await store.readTickets(saleId, 0, 10)).toEqual([]);
    expect(await admit(saleId, 2)).toEqual({ code: 'sale_ended' });
  });

  test('a sale that is forgotten takes its room along', async () => {
    const { sale_id: saleId } = await queueingSale();
    await join(saleId, 3);
    const { queue_token: queueToken } = (await enter(saleId, await server.guest())).json;
    await server.operate(`/sales/${saleId}/cancel`, { method: 'POST' });
    const { store, events } = server.app.ports;
    clock.advance(61 * MINUTE_MS);
    await vi.waitFor(async () => {
      await forgetFinishedSales({ store, events }, 0);
      expect(await store.readSale(saleId)).toBeNull();
    }, PATIENCE);
    expect(await roomOf(saleId)).toBeNull();
    // The board learns from the ledger in some seconds that a sale which the store does not hold is over.
    await expect.poll(async () => (await place(saleId, queueToken)).json.code, PATIENCE).toBe('sale_ended');
    expect(await store.readTickets(saleId, 0, 10)).toEqual([]);
  });
});
