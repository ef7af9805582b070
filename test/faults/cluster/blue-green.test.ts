import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import { ColoredShop, VERSIONS } from '../../support/colored-shop.ts';
import type { Flaw } from '../../support/flawed-gateway.ts';
import type { FleetMember } from '../../support/fleet.ts';
import { PaymentService } from '../../support/payment-service.ts';
import { startPostgres } from '../../support/postgres.ts';
import { startRedis } from '../../support/redis.ts';
import { Rush } from '../../support/rush.ts';

const [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
const payments = await PaymentService.start();
const shop =
  redis && postgres
    ? await ColoredShop.start({
        storePort: Number(new URL(redis.url).port),
        env: { DATABASE_URL: postgres.url, ...payments.env },
      })
    : null;

afterAll(async () => {
  await shop?.remove();
  await payments.remove();
  await Promise.all([redis?.stop(), postgres?.stop()]);
});

/** A busy machine alone breaks no SLO. */
const LENIENT = ['--max-p99', '20s', '--min-requests', '1'];
const PLAN = { units: { A: 120, B: 60, C: 60 }, reservationSeconds: 4, paceMs: 2_000 };

describe.skipIf(!shop)('blue and green gateways behind the proxy', { timeout: 240_000 }, () => {
  beforeAll(() => vi.waitFor(async () => expect(await buildInfo()).toMatchObject({ color: 'blue' }), 60_000));

  test('change places in mid-sale, there and back, and no purchase fails', async () => {
    const rush = await openSale();
    expect(await buildInfo()).toMatchObject({ color: 'blue', version: VERSIONS.blue });
    const there = await theShop().switchTo('green', '--expect-version', VERSIONS.green, '--window', '2s', ...LENIENT);
    expect(there).toMatchObject({ outcome: 'switched', from: 'blue', to: 'green', exitCode: 0 });
    expect(await buildInfo()).toMatchObject({ color: 'green', version: VERSIONS.green });
    const back = await theShop().switchTo('blue', '--expect-version', VERSIONS.blue, '--window', '1s', ...LENIENT);
    expect(back).toMatchObject({ outcome: 'switched', from: 'green', to: 'blue', exitCode: 0 });
    expect(await buildInfo()).toMatchObject({ color: 'blue', version: VERSIONS.blue });
    await expectWholeSale(rush);
    report('switched there and back', rush);
  });

  test('are restarted one by one, and processors too, and no purchase fails', async () => {
    const rush = await openSale();
    const { gateways, processors } = theShop();
    const [blue1, blue2, green1, green2] = gateways;
    for (const together of [
      [blue1, green1, processors[0]],
      [blue2, green2, processors[1]],
    ]) {
      await Promise.all(together.map(restart));
    }
    await expectWholeSale(rush);
    report('restarted one by one', rush);
  });

  test.each<{ name: string; flaw: Flaw; slo: string[]; reason: RegExp }>([
    { name: 'fails', flaw: { kind: 'fails', share: 1 / 4 }, slo: ['--max-p99', '20s'], reason: /requests failed/ },
    { name: 'is slow', flaw: { kind: 'is_slow', ms: 1_500 }, slo: ['--max-p99', '1s'], reason: /p99 is/ },
  ])('a new version that $name is taken back by itself, and every order is kept', async ({ flaw, slo, reason }) => {
    const rush = await openSale();
    for (const gateway of theShop().flawed) gateway.flaw = flaw;
    const result = await theShop().switchTo('green', '--window', '60s', ...slo);
    for (const gateway of theShop().flawed) gateway.flaw = null;
    expect(result).toMatchObject({ outcome: 'rolled_back', exitCode: 1, reason: expect.stringMatching(reason) });
    expect(result.rollbackMs).toBeLessThan(10_000);
    expect(await buildInfo()).toMatchObject({ color: 'blue', version: VERSIONS.blue });
    await expectSoldOnce(rush);
    report(`rolled back in ${result.rollbackMs?.toFixed(0)} ms, because ${result.reason}`, rush);
  });

  test('a version other than the expected one is taken back', async () => {
    const result = await theShop().switchTo('green', '--expect-version', '9.9.9', ...LENIENT);
    expect(result).toMatchObject({
      outcome: 'rolled_back',
      reason: 'green is version 1.1.0, and not 9.9.9',
      exitCode: 1,
    });
    expect(await buildInfo()).toMatchObject({ color: 'blue' });
  });

  test('a restart of the proxy sends buyers to where they were last sent', async () => {
    await theShop().switchTo('green', '--window', '0s', '--min-requests', '1');
    await theShop().proxy.stop();
    await theShop().proxy.start();
    await vi.waitFor(async () => expect(await buildInfo()).toMatchObject({ color: 'green' }), 30_000);
    await theShop().switchTo('blue', '--window', '0s', '--min-requests', '1');
    expect(await buildInfo()).toMatchObject({ color: 'blue' });
  });
});

function theShop(): ColoredShop {
  if (!shop) throw new Error('there is no shop');
  return shop;
}

async function restart(member: FleetMember | undefined): Promise<void> {
  expect(await member?.stop()).toBe(0);
  await member?.start();
}

async function openSale(): Promise<Rush<ColoredShop>> {
  await payments.begin();
  const rush = await Rush.at({ server: theShop(), payments }, createRandom(7), PLAN);
  await rush.acknowledges(30);
  return rush;
}

async function buildInfo(): Promise<unknown> {
  return (await fetch(`${theShop().url}/api/v1/build-info`)).json();
}

/** Every request has had its answer, and none was a fault of a server. */
async function expectWholeSale(rush: Rush<ColoredShop>): Promise<void> {
  await expectSoldOnce(rush);
  expect(failures(rush)).toEqual([]);
}

/** What was acknowledged is kept, each unit was sold and paid for once, and all books agree. */
async function expectSoldOnce(rush: Rush<ColoredShop>): Promise<void> {
  await rush.expectKept([...rush.crowd.acknowledged.values()]);
  await rush.sellOut();
  await rush.expectBooksAgree();
}

function failures(rush: Rush<ColoredShop>) {
  return rush.crowd.tally.answers().filter(({ status }) => status === 0 || status >= 500);
}

function report(what: string, rush: Rush<ColoredShop>): void {
  const answers = rush.crowd.tally
    .answers()
    .map((a) => `${a.operation} ${a.status || 'no answer'} ${a.code}: ${a.count}`);
  console.log(`${what}. ${answers.join(', ')}`);
}
