import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuyerApi } from '../../src/cli/simulate/buyer-api.ts';
import type { Buyer } from '../../src/cli/simulate/crowd.ts';
import { Tally } from '../../src/cli/simulate/tally.ts';
import { checkOut } from '../../src/cli/simulate/till.ts';
import type { Visit } from '../../src/cli/simulate/visit.ts';
import { ManualClock, T0 } from '../support/clock.ts';
import { TestServer } from '../support/server.ts';

const GREEDY: Buyer = {
  number: 7,
  arrivesAtMs: 0,
  device: 'sim-device-0000000007',
  doubleClicks: false,
  wantsBasket: false,
  abandons: true,
  firstCardDeclined: false,
  greedy: true,
  patient: false,
  refreshes: false,
  tabs: 1,
  noShow: false,
  leaving: null,
  bot: null,
  random: () => 0,
};
const PURCHASE_LIMIT = 2;
const RESERVATION_SECONDS = 60;

describe('a greedy buyer', () => {
  const clock = new ManualClock();
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ clock: clock.read });
  });
  afterAll(() => server.stop());

  /** What is told against the server when the buyer reserves, `meanwhile` happens, and the buyer tries for more. */
  async function faultsAfter(
    meanwhile: (orderId: string, token: string) => Promise<void>,
    purchaseToken?: string,
  ): Promise<readonly string[]> {
    const { sale_id } = await server.createSale({ reservation_seconds: RESERVATION_SECONDS });
    const token = await server.guest();
    const reservation = await server.reserve(sale_id, token);
    const tally = new Tally();
    const api = new BuyerApi([server.url], tally, 1);
    const visit: Visit = {
      buyer: GREEDY,
      token,
      purchaseToken: purchaseToken ?? token,
      sale: { saleId: sale_id, startsAtMs: T0, purchaseLimit: PURCHASE_LIMIT },
      ask: (operation, request, options = {}) => api.ask(operation, request, options),
      tally,
    };
    await meanwhile(reservation.order_id, token);
    await checkOut(visit, reservation);
    await api.close();
    return tally.faults;
  }

  async function untilLapsed(orderId: string, token: string): Promise<void> {
    clock.advance(RESERVATION_SECONDS * 1_000);
    const order = async () => (await server.call(`/api/v1/orders/${orderId}`, { token })).json;
    await expect.poll(order, { timeout: 20_000 }).toMatchObject({ status: 'expired' });
  }

  test('is refused, which is as it must be', async () => {
    expect(await faultsAfter(async () => {})).toEqual([]);
  });

  test('may reserve again once the first reservation has lapsed', async () => {
    expect(await faultsAfter(untilLapsed)).toEqual([]);
  });

  test('who gets more beside a reservation that stands is told of', async () => {
    expect(await faultsAfter(async () => {}, await server.guest())).toEqual(['buyer 7 got more than the limit']);
  });
});
