import type { LiveSale } from '#sdk/contract/live-sale.ts';

/** What the charts show of one moment. Rates are since the moment before; null where there is none, or nothing to say. */
export interface Sample {
  /** Epoch seconds, by the server's clock. */
  readonly atS: number;
  readonly available: number;
  readonly waiting: number | null;
  readonly nowServing: number | null;
  readonly inside: number | null;
  readonly admittedPerS: number | null;
  readonly reservedPerS: number | null;
  readonly soldOutPerS: number | null;
  readonly refusedPerS: number | null;
  readonly faultsPerS: number | null;
  /** Payments so far: the ledger is asked too seldom for a rate. */
  readonly paid: number | null;
  readonly payingNow: number | null;
  readonly declined: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** Five minutes, at one a second. */
const KEPT = 300;
const EVERY_S = 0.95;

/** A moment that was kept, with what the next one is compared to. */
export interface Moment {
  readonly sample: Sample;
  readonly sale: LiveSale;
}

/** Adds what the stream has just said, unless that is hardly news. The oldest moments fall out. */
export function withMoment(moments: readonly Moment[], sale: LiveSale): readonly Moment[] {
  const before = moments.at(-1);
  if (before && atOf(sale) - before.sample.atS < EVERY_S) return moments;
  return [...moments.slice(1 - KEPT), { sample: sampleOf(sale, before?.sale ?? null), sale }];
}

/** @param before what the stream said some time ago; null: nothing yet */
export function sampleOf(sale: LiveSale, before: LiveSale | null): Sample {
  const { room, activity } = sale;
  const seconds = before ? atOf(sale) - atOf(before) : 0;
  const perSecond = (now: number | undefined, then: number | undefined) =>
    // Less than before: whoever counts has begun anew.
    seconds > 0 ? Math.max(0, (now ?? 0) - (then ?? 0)) / seconds : null;
  const outcome = (name: string) => perSecond(activity.purchases[name], before?.activity.purchases[name]);
  const times = timesSince(sale, before);
  return {
    atS: atOf(sale),
    available: availableOf(sale),
    waiting: room?.waiting ?? null,
    nowServing: room?.now_serving ?? null,
    inside: room?.inside ?? null,
    admittedPerS: room ? perSecond(room.admissions, before?.room?.admissions) : null,
    reservedPerS: outcome('reserved'),
    soldOutPerS: outcome('sold_out'),
    refusedPerS: perSecond(refusalsOf(sale), before ? refusalsOf(before) : 0),
    faultsPerS: perSecond(activity.faults, before?.activity.faults),
    paid: paymentsIn(sale, ['confirmed']),
    payingNow: paymentsIn(sale, ['created', 'authorised', 'claimed', 'captured']),
    declined: paymentsIn(sale, ['declined']),
    p50Ms: quantileMs(activity.seconds.bounds, times, 0.5),
    p99Ms: quantileMs(activity.seconds.bounds, times, 0.99),
  };
}

/** Units that can be bought now. */
export function availableOf({ items }: Pick<LiveSale, 'items'>): number {
  return items.reduce((sum, { stock }) => sum + (stock?.available ?? 0), 0);
}

function atOf({ now }: LiveSale): number {
  return Date.parse(now) / 1000;
}

function paymentsIn({ activity: { ledger } }: LiveSale, states: readonly string[]): number | null {
  return ledger && states.reduce((sum, state) => sum + (ledger.payments[state] ?? 0), 0);
}

/** Neither reserved nor sold out: limits, windows, admissions. */
function refusalsOf({ activity }: LiveSale): number {
  return Object.entries(activity.purchases)
    .filter(([outcome]) => outcome !== 'reserved' && outcome !== 'sold_out')
    .reduce((sum, [, count]) => sum + count, 0);
}

function timesSince({ activity }: LiveSale, before: LiveSale | null): readonly number[] {
  return activity.seconds.counts.map((count, index) =>
    Math.max(0, count - (before?.activity.seconds.counts[index] ?? 0)),
  );
}

/** The upper bound of the slot that the quantile falls into; null without a purchase. */
export function quantileMs(bounds: readonly number[], counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  const index = counts.findIndex((count) => {
    seen += count;
    return seen >= total * quantile;
  });
  const seconds = bounds[index] ?? bounds.at(-1) ?? 0;
  return seconds * 1000;
}
