import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { createRandom } from '../../src/cli/simulate/random.ts';
import { Rush } from '../support/rush.ts';

const seed = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.FAULT_ROUNDS ?? 20);
/** A data directory lives through so many kills. */
const ROUNDS_PER_SALE = 5;
const ACKNOWLEDGED_BEFORE_KILL = 30;
const KILL_WITHIN_MS = 400;

describe(`a server that is killed in mid-sale, with FAULT_SEED=${seed}`, () => {
  const random = createRandom(seed);
  const sales = Array.from({ length: Math.ceil(rounds / ROUNDS_PER_SALE) }, (_, sale) => ({
    first: sale * ROUNDS_PER_SALE + 1,
    last: Math.min(rounds, (sale + 1) * ROUNDS_PER_SALE),
  }));

  test.each(sales)(
    'kills $first to $last: loses nothing that it acknowledged, sells every unit, and charges nobody twice',
    { timeout: 600_000 },
    async ({ first, last }) => {
      const rush = await Rush.start(random);
      const { server, crowd } = rush;
      for (let kill = first; kill <= last; kill++) {
        await rush.acknowledges(ACKNOWLEDGED_BEFORE_KILL);
        await sleep(random() * KILL_WITHIN_MS);
        await server.end('SIGKILL');
        const told = [...crowd.acknowledged.values()];
        await server.restart();
        await rush.expectKept(told);
      }
      await rush.sellOut();
      await rush.expectBooksAgree();
    },
  );
});
