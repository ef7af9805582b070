import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../src/database/database.ts';
import { openPglite } from '../../../src/database/embedded-postgres.ts';
import { migrate } from '../../../src/database/migrate.ts';
import { makeDataDirectory } from '../../support/data-directory.ts';
import type { Mutant } from './mutants.ts';
import { type SimulationPlan, type SimulationReport, simulate } from './simulation.ts';
import { planOf } from './simulation-plan.ts';

/** Set `SIMULATION_SECONDS` for a long run, and `SIMULATION_SEED` to repeat one that failed. */
const SECONDS = Number(process.env.SIMULATION_SECONDS ?? 6);
const FIRST_SEED = Number(process.env.SIMULATION_SEED ?? Math.floor(Math.random() * 1e9));
/** A mutant that lives through so many has nothing to fear. */
const MUTANT_SEEDS = 40;
/** What has gone wrong keeps some from ever coming to rest. */
const MUTANT_TURNS = 2_500;
const SHOWN_STEPS = 60;
const PATIENCE_MS = 120_000;

let directory: string;
let ledger: Database;

beforeAll(async () => {
  directory = await makeDataDirectory();
  const onFault = (fault: Error) => {
    throw fault;
  };
  ledger = await openPglite({ dataDir: join(directory, 'ledger'), onFault });
  await migrate(ledger.db);
}, PATIENCE_MS);
afterAll(async () => {
  await ledger.close();
  await rm(directory, { recursive: true });
}, PATIENCE_MS);

function play(plan: SimulationPlan): Promise<SimulationReport> {
  return ledger.db
    .connection()
    .execute((db) => db.getExecutor().provideConnection((connection) => simulate({ db, connection }, plan)));
}

test('whatever fails, and in whatever order, no invariant breaks and all comes to rest', {
  timeout: SECONDS * 1_000 + PATIENCE_MS,
}, async () => {
  const untilMs = performance.now() + SECONDS * 1_000;
  for (let seed = FIRST_SEED; seed === FIRST_SEED || performance.now() < untilMs; seed++) {
    const { failures, trace } = await play(planOf(seed));
    expect(failures, `SIMULATION_SEED=${seed}\n${trace.slice(-SHOWN_STEPS).join('\n')}`).toEqual([]);
  }
});

test('the same seed makes the same history, step by step', { timeout: PATIENCE_MS }, async () => {
  const first = await play(planOf(FIRST_SEED));
  const second = await play(planOf(FIRST_SEED));
  expect(second.trace, `SIMULATION_SEED=${FIRST_SEED}`).toEqual(first.trace);
});

test('events that leave the outbox before the ledger has them are found missing', {
  timeout: PATIENCE_MS,
}, async () => {
  expect(await firstSeed(['hasty_trim'], deadlyPlan)).toBeGreaterThan(0);
});

test('a store that sells units twice oversells nothing, unless the ledger does not look either', {
  timeout: PATIENCE_MS,
}, async () => {
  const isOversold = (failure: string) => failure.startsWith('I2') || failure.startsWith('I3');
  const seed = await firstSeed(['unfenced_store', 'unchecked_claims'], forgetfulPlan, isOversold);
  const { failures } = await play({ ...forgetfulPlan(seed), mutants: ['unfenced_store'] });
  expect(failures.filter(isOversold)).toEqual([]);
});

/** The first seed that finds these mistakes. */
async function firstSeed(
  mutants: readonly Mutant[],
  planFor: (seed: number) => SimulationPlan,
  isMeant: (failure: string) => boolean = () => true,
): Promise<number> {
  for (let seed = 1; seed <= MUTANT_SEEDS; seed++) {
    const { failures } = await play({ ...planFor(seed), mutants });
    if (failures.some(isMeant)) return seed;
  }
  return expect.unreachable(`${mutants.join(' and ')} lived through ${MUTANT_SEEDS} simulations`);
}

/** The store comes back without a single order, before a crowd. */
function forgetfulPlan(seed: number): SimulationPlan {
  const plan = planOf(seed);
  const chaos = { ...plan.chaos, everyMs: 20_000, blows: ['fail_over'], storeLosses: ['orders'] } as const;
  return { ...plan, log: 'stream', buyers: 16, maxTurns: MUTANT_TURNS, chaos };
}

/** Processes die, and the ledger goes away under them. */
function deadlyPlan(seed: number): SimulationPlan {
  const plan = planOf(seed);
  const chaos = { ...plan.chaos, everyMs: 800, blows: ['kill', 'ledger_outage'] } as const;
  return { ...plan, log: 'stream', maxTurns: MUTANT_TURNS, chaos };
}
