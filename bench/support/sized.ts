const SCALE = Number(process.env.BENCH_SCALE ?? 1);

/** How many of something a bench takes: so many, times `BENCH_SCALE`. A small one shows only that a bench still runs. */
export function sized(count: number): number {
  return Math.max(1, Math.round(count * SCALE));
}
