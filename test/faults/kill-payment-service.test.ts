import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { createRandom } from '../../src/cli/simulate/random.ts';
import { Rush } from '../support/rush.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = 4;
const PAID_BEFORE_KILL = 10;
const KILL_WITHIN_MS = 300;
const DOWN_FOR_MS = 500;

describe(`a payment service that is killed in mid-sale, with FAULT_SEED=${seed}`, () => {
  const random = createRandom(seed);

  test('is waited for, and has charged nobody twice', { timeout: 180_000 }, async () => {
    const rush = await Rush.start(random);
    for (let kill = 1; kill <= KILLS; kill++) {
      await rush.paysFor(PAID_BEFORE_KILL);
      await sleep(random() * KILL_WITHIN_MS);
      await rush.payments.kill();
      await sleep(random() * DOWN_FOR_MS);
      await rush.payments.restart();
    }
    await rush.sellOut();
    await rush.expectBooksAgree();
  });

  test('together with the server: what the two were doing is finished by those who come after', {
    timeout: 180_000,
  }, async () => {
    const rush = await Rush.start(random);
    await rush.paysFor(PAID_BEFORE_KILL);
    await Promise.all([rush.payments.kill(), rush.server.end('SIGKILL')]);
    const told = [...rush.crowd.acknowledged.values()];
    await Promise.all([rush.payments.restart(), rush.server.restart()]);
    await rush.expectKept(told);
    await rush.sellOut();
    await rush.expectBooksAgree();
  });
});
