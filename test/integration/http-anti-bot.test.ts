import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SaleDraft } from '#sdk/contract/admin-sale.ts';
import { readChallenge } from '#sdk/contract/challenge.ts';
import { saleDraft, TestServer } from '../support/server.ts';

const isChallenge = Compile(readChallenge.responses[200]);
const ALL_OFF = {
  proof_of_work: false,
  captcha: false,
  min_account_age_hours: 0,
  one_per_device: false,
  one_per_payment_method: false,
  bot_action: 'refuse',
};

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

/** With a waiting room, so that there is an entrance. */
const guarded = (antiBot: NonNullable<SaleDraft['anti_bot']>): Partial<SaleDraft> => ({
  waiting_room: {},
  anti_bot: antiBot,
});
const future = { starts_at: '2039-01-01T00:00:00Z' };

async function fieldsRefused(draft: object, at = server) {
  const { status, json } = await at.operate('/sales', { body: { ...saleDraft(), ...draft } });
  expect({ status, code: json.code }).toEqual({ status: 400, code: 'validation_failed' });
  return json.errors.map(({ field }: { field: string }) => field);
}

describe('the rules of a sale', () => {
  test('are off unless asked for, and seen by operators as they are', async () => {
    expect(await server.createSale()).toMatchObject({ anti_bot: null });
    expect(await server.createSale({ anti_bot: null })).toMatchObject({ anti_bot: null });
    expect(await server.createSale({ anti_bot: {} })).toMatchObject({ anti_bot: ALL_OFF });
    const asked = { proof_of_work: true, min_account_age_hours: 24, one_per_device: true, bot_action: 'hold' } as const;
    expect(await server.createSale(guarded(asked))).toMatchObject({ anti_bot: { ...ALL_OFF, ...asked } });
  });

  test('tell the public what to bring, and no more', async () => {
    const rules = { proof_of_work: true, one_per_device: true, min_account_age_hours: 24, bot_action: 'hold' } as const;
    const { sale_id: saleId } = await server.createSale(guarded(rules));
    const { json } = await server.call(`/api/v1/flash-sale/${saleId}`);
    expect(json.anti_bot).toEqual({ proof_of_work: true, captcha: false, device_fingerprint: true });
    const { sale_id: open } = await server.createSale();
    expect((await server.call(`/api/v1/flash-sale/${open}`)).json.anti_bot).toBeNull();
  });

  test('can be changed until the start, and taken back', async () => {
    const { sale_id: saleId } = await server.createSale({ ...future, ...guarded({ proof_of_work: true }) });
    const change = (anti_bot: unknown) => server.operate(`/sales/${saleId}`, { method: 'PATCH', body: { anti_bot } });
    expect((await change({ one_per_device: true })).json.anti_bot).toEqual({ ...ALL_OFF, one_per_device: true });
    expect((await change(null)).json.anti_bot).toBeNull();
  });

  test('about the entrance need a waiting room, those about the purchase do not', async () => {
    expect(await fieldsRefused({ anti_bot: { proof_of_work: true, min_account_age_hours: 1 } })).toEqual([
      'anti_bot.proof_of_work',
      'anti_bot.min_account_age_hours',
    ]);
    const { anti_bot: rules } = await server.createSale({
      anti_bot: { one_per_device: true, one_per_payment_method: true },
    });
    expect(rules).toEqual({ ...ALL_OFF, one_per_device: true, one_per_payment_method: true });
  });

  test('cannot outlive the waiting room that they need', async () => {
    const { sale_id: saleId } = await server.createSale({ ...future, ...guarded({ proof_of_work: true }) });
    const { status, json } = await server.operate(`/sales/${saleId}`, {
      method: 'PATCH',
      body: { waiting_room: null },
    });
    expect(status).toBe(400);
    expect(json.errors).toEqual([{ field: 'anti_bot.proof_of_work', message: 'needs a waiting_room' }]);
  });

  test.each([
    [{ proof_of_work: 'yes' }, 'anti_bot.proof_of_work'],
    [{ min_account_age_hours: -1 }, 'anti_bot.min_account_age_hours'],
    [{ min_account_age_hours: 1.5 }, 'anti_bot.min_account_age_hours'],
    [{ bot_action: 'ban' }, 'anti_bot.bot_action'],
    [{ prof_of_work: true }, 'anti_bot.prof_of_work'],
  ])('%j is refused at its field', async (rules, field) => {
    expect(await fieldsRefused({ waiting_room: {}, anti_bot: rules })).toEqual([field]);
  });

  test('ask for a CAPTCHA only where the server has a provider', async () => {
    expect(await fieldsRefused(guarded({ captcha: true }))).toEqual(['anti_bot.captcha']);
    const { sale_id: saleId } = await server.createSale({ ...future, waiting_room: {} });
    const change = { method: 'PATCH', body: { anti_bot: { captcha: true } } } as const;
    expect((await server.operate(`/sales/${saleId}`, change)).json.errors).toMatchObject([
      { field: 'anti_bot.captcha' },
    ]);

    const env = { CAPTCHA_VERIFY_URL: 'http://127.0.0.1:1/siteverify', CAPTCHA_SECRET: 'secret' };
    const withProvider = await TestServer.start({ env });
    try {
      expect(await withProvider.createSale(guarded({ captcha: true }))).toMatchObject({ anti_bot: { captcha: true } });
      expect((await withProvider.call('/health/ready')).json.breakers).toEqual({
        payment: 'closed',
        captcha: 'closed',
      });
    } finally {
      await withProvider.stop();
    }
  });
});

describe('a challenge', () => {
  test('is given to a buyer, for a sale that asks for one, as the widget takes it', async () => {
    const { sale_id: saleId } = await server.createSale(guarded({ proof_of_work: true }));
    const { user_id: userId, token } = (await server.call('/api/v1/session', { method: 'POST' })).json;
    const { status, json, headers } = await server.call(`/api/v1/challenge?sale_id=${saleId}`, { token });
    expect(status).toBe(200);
    expect([...isChallenge.Errors(json)]).toEqual([]);
    expect(json.parameters).toMatchObject({
      algorithm: 'PBKDF2/SHA-256',
      data: { sale_id: saleId, user_id: userId },
    });
    expect(json.parameters.expiresAt * 1_000 - Date.now()).toBeGreaterThan(200_000);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('is given for no other sale', async () => {
    const token = await server.guest();
    const { sale_id: saleId } = await server.createSale(guarded({}));
    const ask = (id: string) => server.call(`/api/v1/challenge?sale_id=${id}`, { token });
    expect((await ask(saleId)).json).toMatchObject({
      code: 'not_found',
      detail: expect.stringContaining('asks for no'),
    });
    expect((await ask('0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70')).status).toBe(404);
    expect((await ask('my-sale')).json.errors).toMatchObject([{ field: 'sale_id' }]);
  });
});
