import type { Assumptions } from '../crowd.ts';
import { attemptCost, type Figures, MAX_BATCH } from '../figures.ts';
import type { Kind } from './demand.ts';

/** Milliseconds of a core. */
export interface Costs {
  readonly gateway: Readonly<Record<Kind, number>>;
  readonly script: number;
  readonly refused: number;
  readonly reserved: number;
  readonly place: number;
  /** To count a request against the limits: 0 where Redis does not. */
  readonly limits: number;
  readonly order: number;
  readonly payment: number;
}

const MICROS_PER_MS = 1_000;

export function costsOf(figures: Figures, assumptions: Assumptions): Costs {
  const { gateway, redis, processor } = figures;
  const costOf = (micros: number) => micros / MICROS_PER_MS / assumptions.coreSpeed;
  const countsHere = assumptions.limits === 'gateway';
  const atGateway = (micros: number) => costOf(micros + (countsHere ? gateway.limits_us : 0));
  const { refusedUs, reservedUs } = attemptCost(figures, assumptions.durability);
  const scriptShareUs = redis.script_us / MAX_BATCH;
  return {
    gateway: {
      purchase: atGateway(gateway.refused_us),
      join: atGateway(gateway.join_us),
      place: atGateway(gateway.join_us),
      turned_away: atGateway(gateway.turned_away_us),
      status: atGateway(gateway.status_us),
    },
    script: costOf(redis.script_us),
    refused: costOf(Math.max(0, refusedUs - scriptShareUs)),
    reserved: costOf(Math.max(0, reservedUs - scriptShareUs)),
    place: costOf(redis.join_us),
    limits: countsHere ? costOf(redis.limits_us) : 0,
    order: costOf(processor.order_us[assumptions.orderLog]),
    payment: costOf(1e6 / processor.payments_per_second),
  };
}
