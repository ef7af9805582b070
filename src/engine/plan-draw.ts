import { randomBytes } from 'node:crypto';
import type { Beacons } from '../beacon/beacon.ts';
import { type BeaconRound, type DrawPlan, drawClosesAtMs, type SaleDefinition } from '../domain/sale.ts';
import type { Store } from '../store/store.ts';

interface PlanPorts {
  readonly store: Store;
  readonly beacons: Beacons;
}

/** The list is public for so long, at least, before the round that decides about it. */
const LIST_PUBLIC_MS = 5_000;
const SECRET_BYTES = 32;

/**
 * The sale with what its draw is bound to, where it has one. A seed, once committed to, stays: `before` is the sale as
 * it was defined so far. Only a start that moves names another round, and never one that may be known already.
 * Throws what the beacon throws.
 */
export async function planDraw(
  ports: PlanPorts,
  sale: SaleDefinition,
  before: SaleDefinition | null,
): Promise<SaleDefinition> {
  if (!sale.waitingRoom) return sale;
  const draw = sale.waitingRoom.order === 'draw' ? await planOf(ports, sale, before) : null;
  return { ...sale, waitingRoom: { ...sale.waitingRoom, draw } };
}

async function planOf(ports: PlanPorts, sale: SaleDefinition, before: SaleDefinition | null): Promise<DrawPlan> {
  const plan = before?.waitingRoom?.draw;
  if (!plan) return { seed: secret(), entrySecret: secret(), beacon: await nameRound(ports, sale) };
  if (sale.startsAtMs === before?.startsAtMs) return plan;
  return { ...plan, beacon: await nameRound(ports, sale) };
}

async function nameRound({ store, beacons }: PlanPorts, sale: SaleDefinition): Promise<BeaconRound | null> {
  const closesAtMs = Math.max(drawClosesAtMs(sale), await store.now());
  return beacons.preferred?.roundAfter(closesAtMs + LIST_PUBLIC_MS) ?? null;
}

function secret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}
