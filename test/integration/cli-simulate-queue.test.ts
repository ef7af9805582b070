import { expect, it, vi } from 'vitest';
import { runCli } from '../support/cli-process.ts';

// Processes start slowly on a machine that is busy with other tests. The crowds wait more than they work: all play at once.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly max: number;
}

interface Result {
  readonly ok: boolean;
  readonly faults: readonly string[];
  readonly audit: { readonly ok: boolean };
  readonly units: { readonly total: number; readonly sold: number; readonly reserved: number };
  readonly buyers: Readonly<Record<string, number>>;
  readonly answers: readonly { operation: string; status: number; code: string; count: number }[];
  readonly traffic: { readonly requests: number; readonly status_reads: number; readonly queue_requests: number };
  readonly room: {
    readonly order: string;
    readonly places: number;
    readonly admissions: number;
    readonly join_to_ready_ms: Percentiles;
    readonly ready_to_admitted_ms: Percentiles;
    readonly checks: readonly { readonly name: string; readonly checked: number; readonly violations: number }[];
    readonly idle_share: number;
  } | null;
  readonly bots: { readonly accounts: number; readonly requests: number; readonly units: number } | null;
}

interface Comparison {
  readonly ok: boolean;
  readonly with_room: Result;
  readonly without_room: Result;
  readonly comparison: Readonly<Record<string, { readonly with_room: number; readonly without_room: number }>>;
}

const CROWD = {
  buyers: 150,
  units: 30,
  seconds: 2,
  'reservation-seconds': 3,
  rate: 20,
  cap: 20,
  'admission-seconds': 5,
  rejoiners: 0.2,
  seed: 7,
};

type Flags = Readonly<Record<string, string | number | true>>;

async function play<Answer>(flags: Flags): Promise<Answer> {
  const all: Flags = { ...CROWD, ...flags };
  const args = Object.entries(all).flatMap(([name, value]) =>
    value === true ? `--${name}` : [`--${name}`, `${value}`],
  );
  const { code, stdout, stderr } = await runCli(['simulate', ...args, '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout);
}

function countOf({ answers }: Result, operation: string, code: string): number {
  return answers.filter((it) => it.operation === operation && it.code === code).reduce((sum, it) => sum + it.count, 0);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function expectInOrder({ ok, faults, audit, room, buyers, units }: Result): void {
  expect({ ok, faults, audit }).toMatchObject({ ok: true, faults: [], audit: { ok: true } });
  expect(total(buyers)).toBe(CROWD.buyers);
  expect(units).toMatchObject({ total: CROWD.units, reserved: 0 });
  expect(units.sold).toBeGreaterThan(0);
  const names = room?.checks.map(({ name }) => name);
  expect(names).toEqual([
    'order_inversions',
    'out_of_turn',
    'shared_places',
    'moved_places',
    'wrong_places',
    'over_rate',
    'over_cap',
  ]);
  for (const { name, checked, violations } of room?.checks ?? []) {
    expect(violations, name).toBe(0);
    expect(checked, name).toBeGreaterThan(0);
  }
}

it.concurrent('sends a crowd through a queue, and tells how long it waited and that nobody was passed over', async () => {
  const result = await play<Result>({ queue: 'fifo', greedy: 0.3 });
  expectInOrder(result);
  expect(result.room).toMatchObject({ order: 'fifo' });
  expect(result.room?.join_to_ready_ms.count).toBeGreaterThanOrEqual(result.room?.ready_to_admitted_ms.count ?? 0);
  expect(result.room?.ready_to_admitted_ms.count).toBeGreaterThan(0);
  expect(result.room?.idle_share).toBeLessThanOrEqual(1);
  expect(countOf(result, 'requestAdmission', 'ok')).toBeGreaterThanOrEqual(result.room?.admissions ?? Infinity);
  expect(countOf(result, 'purchase', 'limit_exceeded')).toBeGreaterThan(0);
  expect(countOf(result, 'purchase', 'not_admitted')).toBe(0);
  expect(result.traffic.status_reads).toBeGreaterThan(result.room?.places ?? Infinity);
});

it.concurrent('sends a crowd through a draw, and works every place out again', async () => {
  const result = await play<Result>({ queue: 'draw', early: 18, 'no-shows': 0 });
  expectInOrder(result);
  expect(result.room).toMatchObject({ order: 'draw' });
});

it.concurrent('tells what part of the units bots got, who find it hard where they are looked for', async () => {
  const crowd = { queue: 'fifo', buyers: 60, units: 20, bots: 0.5, 'no-shows': 0 };
  const [free, checked] = await Promise.all([play<Result>(crowd), play<Result>({ ...crowd, 'anti-bot': true })]);
  expect([free.ok, checked.ok]).toEqual([true, true]);
  expect(free.bots).toMatchObject({ accounts: 0.5 });
  expect(countOf(free, 'readChallenge', 'ok')).toBe(0);
  expect(countOf(checked, 'readChallenge', 'ok')).toBeGreaterThan(0);
  expect(countOf(checked, 'enterQueue', 'challenge_failed')).toBeGreaterThan(0);
  expect(checked.bots?.units).toBeLessThan(free.bots?.units ?? 0);
});

it.concurrent('plays the same crowd without a waiting room too, and puts the two side by side', async () => {
  const { ok, with_room, without_room, comparison } = await play<Comparison>({
    queue: 'fifo',
    'no-queue': true,
    'no-shows': 0,
  });
  expect(ok).toBe(true);
  expectInOrder(with_room);
  expect(without_room).toMatchObject({ ok: true, room: null, units: { total: CROWD.units } });
  expect(total(without_room.buyers)).toBe(CROWD.buyers);
  const { purchases, units_of_people, units_of_bots } = comparison;
  expect(purchases?.with_room).toBeLessThan(purchases?.without_room ?? 0);
  const units = (units_of_people?.with_room ?? 0) + (units_of_bots?.with_room ?? 0);
  expect(units).toBe(with_room.units.sold);
});

it.concurrent('refuses a comparison that has nothing to compare', async () => {
  const { code, stderr } = await runCli(['simulate', '--queue', 'none', '--no-queue']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--no-queue') });
});
