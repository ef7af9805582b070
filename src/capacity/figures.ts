import { type Static, Type } from 'typebox';

const positive = Type.Number({ exclusiveMinimum: 0 });
const source = Type.String({ minLength: 1 });
const decided = Type.Object({ one_in_a_hundred_wins: positive, all_win: positive });

/** What was measured, on a core of one machine: times in microseconds of processor time, sizes in bytes. */
export const figuresSchema = Type.Object({
  measured_at: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  machine: source,
  gateway: Type.Object({
    source,
    reserved_us: positive,
    refused_us: positive,
    join_us: positive,
    turned_away_us: positive,
    status_us: positive,
    limits_us: positive,
    start_seconds: positive,
  }),
  redis: Type.Object({
    source,
    attempts_per_second: Type.Object({ memory: decided, aof: decided, replica: decided }),
    script_source: source,
    script_us: positive,
    room_script_source: source,
    room_script_us: positive,
    limits_source: source,
    limits_us: positive,
    join_source: source,
    join_us: positive,
    ticket_bytes: positive,
    order_source: source,
    order_bytes: positive,
  }),
  processor: Type.Object({
    source,
    order_us: Type.Object({ redis: positive, kafka: positive }),
    payments_per_second: positive,
  }),
  ledger: Type.Object({ source, connections_per_process: positive, order_bytes: positive }),
});

export type Figures = Static<typeof figuresSchema>;

export type Durability = keyof Figures['redis']['attempts_per_second'];

/** Attempts that go to Redis in one script, at most: src/store/redis/purchase-batches.ts. */
export const MAX_BATCH = 256;

/** Joins, likewise: src/store/redis/waiting-rooms.ts. */
export const MAX_JOINS = 64;

/** What Redis computes for an attempt in a full batch, in microseconds, its part of the script included. */
export interface AttemptCost {
  readonly refusedUs: number;
  readonly reservedUs: number;
}

/** Two rates give two costs: of a hundred attempts 99 are refused and one wins, or all win. */
export function attemptCost(figures: Figures, durability: Durability): AttemptCost {
  const { one_in_a_hundred_wins, all_win } = figures.redis.attempts_per_second[durability];
  const reservedUs = 1e6 / all_win;
  return { reservedUs, refusedUs: Math.max(0, (1e6 / one_in_a_hundred_wins - 0.01 * reservedUs) / 0.99) };
}
