import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildProbe } from './build-probe.ts';
import { breachOf, type Slo, type SloReading } from './slo.ts';
import { type Color, otherThan, type Traffic, type Watch } from './traffic.ts';

export interface RollOutPlan {
  readonly to: Color;
  /** What build-info must say of the new color; null: any version. */
  readonly version: string | null;
  readonly slo: Slo;
  /** For how long the new color is watched. */
  readonly windowMs: number;
  /** For how long it may take until as many of its gateways are ready as the other color has. */
  readonly readyWithinMs: number;
  /** Whoever aborts it before its end wants the old version back. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface RollOutResult {
  /** `refused`: nothing was changed. */
  readonly outcome: 'switched' | 'rolled_back' | 'refused';
  readonly from: Color;
  readonly to: Color;
  /** Why it did not come to stay; null if it did. */
  readonly reason: string | null;
  /** What was seen of the new color. */
  readonly reading: SloReading | null;
  /** From the decision to go back until buyers were seen to reach the old color. */
  readonly rollbackMs: number | null;
}

/** Each look asks for build-info too: a shop without a visitor is watched all the same. */
const LOOK_EVERY_MS = 250;

/** Something that ends the new color's turn. */
class Unfit extends Error {
  readonly code = 'unfit';
  readonly retryable = false;
}

/**
 * Sends buyers to the other color, makes sure that they reach it, and watches what they get. Sends them back on a breach
 * of the SLO, and on any fault too. Throws only if going back fails.
 */
export async function rollOut(traffic: Traffic, probe: BuildProbe, plan: RollOutPlan): Promise<RollOutResult> {
  const from = await traffic.active();
  const { to, say } = plan;
  const refused = (reason: string): RollOutResult => {
    return { outcome: 'refused', from, to, reason, reading: null, rollbackMs: null };
  };
  if (from === to) return refused(`buyers reach ${to} already`);
  const shortage = await shortageOf(traffic, from, plan);
  if (shortage !== null) return refused(shortage);
  if (plan.signal.aborted) return refused('stopped by hand');
  const watch = await traffic.watch(to);
  try {
    await switchOver(traffic, probe, plan);
    await watchOver(watch, probe, plan);
    say(`${to} stays`);
    return { outcome: 'switched', from, to, reason: null, reading: await watch.reading(), rollbackMs: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`back to ${from}: ${reason}`);
    const rollbackMs = await rollBack(traffic, probe, from);
    say(`buyers reach ${from} again, after ${rollbackMs.toFixed(0)} ms`);
    const reading = await watch.reading().catch(() => null);
    return { outcome: 'rolled_back', from, to, reason, reading, rollbackMs };
  } finally {
    await watch.stop();
  }
}

/** What is missing for the crowd that the old color bears, once there is no more time to wait; null: nothing is. */
async function shortageOf(
  traffic: Traffic,
  from: Color,
  { to, readyWithinMs, signal, say }: RollOutPlan,
): Promise<string | null> {
  const deadline = performance.now() + readyWithinMs;
  while (true) {
    const [ready, old] = await Promise.all([traffic.readyGateways(to), traffic.readyGateways(from)]);
    if (ready > 0 && ready >= old) {
      say(`${to}: ${ready} gateways are ready, ${from} has ${old}`);
      return null;
    }
    if (performance.now() >= deadline || signal.aborted) return `${to} has ${ready} ready gateways, ${from} has ${old}`;
    await sleep(LOOK_EVERY_MS);
  }
}

async function switchOver(traffic: Traffic, probe: BuildProbe, { to, version, say }: RollOutPlan): Promise<void> {
  await traffic.sendTo(to);
  const build = await probe.becomes(to);
  if (build === null) throw new Unfit(`build-info does not say ${to}`);
  if (version !== null && build.version !== version) {
    throw new Unfit(`${to} is version ${build.version}, and not ${version}`);
  }
  say(`buyers reach ${to}, version ${build.version}`);
}

async function watchOver(
  watch: Watch,
  probe: BuildProbe,
  { to, slo, windowMs, signal, say }: RollOutPlan,
): Promise<void> {
  say(`watching ${to} for ${windowMs / 1_000} s`);
  const end = performance.now() + windowMs;
  const look = async (): Promise<SloReading> => {
    const build = await probe.read();
    if (build !== null && build.color !== to) throw new Unfit(`somebody else has sent buyers to ${build.color}`);
    const reading = await watch.reading();
    const breach = breachOf(slo, reading);
    if (breach !== null) throw new Unfit(breach);
    if (signal.aborted) throw new Unfit('stopped by hand');
    return reading;
  };
  while (performance.now() < end) {
    await look();
    await sleep(LOOK_EVERY_MS);
  }
  const { requests, failed, p99Ms } = await look();
  if (requests < slo.minRequests) throw new Unfit(`only ${requests} requests came in the time, too few to judge by`);
  say(`${requests} requests, ${failed} failed, p99 ${p99Ms?.toFixed(0) ?? '-'} ms`);
}

async function rollBack(traffic: Traffic, probe: BuildProbe, from: Color): Promise<number> {
  const startedAt = performance.now();
  await traffic.sendTo(from);
  if ((await probe.becomes(from)) === null) {
    throw new Error(`sent buyers back to ${from}, but build-info still says ${otherThan(from)}`);
  }
  return performance.now() - startedAt;
}
