import type { Assumptions, Design } from '../crowd.ts';
import { attemptCost, type Figures, MAX_BATCH, MAX_JOINS } from '../figures.ts';
import type { Kind } from './demand.ts';

/** Milliseconds of a core. */
export interface Costs {
  readonly gateway: Readonly<Record<Kind, number>>;
  /** Of Redis, however many go together in it. */
  readonly script: number;
  readonly refused: number;
  readonly reserved: number;
  readonly join: number;
  /** A script of its own. */
  readonly place: number;
  /** To count a request against the limits: 0 where Redis does not. */
  readonly limits: number;
  readonly order: number;
  readonly payment: number;
}

const MICROS_PER_MS = 1_000;

export function costsOf(design: Design, figures: Figures, assumptions: Assumptions): Costs {
  const { gateway, redis, processor } = figures;
  const costOf = (micros: number) => micros / MICROS_PER_MS / assumptions.coreSpeed;
  const countsHere = assumptions.limits === 'gateway';
  const atGateway = (micros: number) => costOf(micros + (countsHere ? gateway.limits_us : 0));
  const { refusedUs, reservedUs } = attemptCost(figures, assumptions.durability);
  const scriptUs = design === 'room' ? redis.room_script_us : redis.script_us;
  // What was measured had full batches; each has its part of the script in it.
  const alone = (micros: number, script: number, batch: number) => costOf(Math.max(0, micros - script / batch));
  return {
    gateway: {
      purchase: atGateway(gateway.refused_us),
      join: atGateway(gateway.join_us),
      place: atGateway(gateway.join_us),
      turned_away: atGateway(gateway.turned_away_us),
      status: atGateway(gateway.status_us),
    },
    script: costOf(scriptUs),
    refused: alone(refusedUs, redis.script_us, MAX_BATCH),
    reserved: alone(reservedUs, redis.script_us, MAX_BATCH),
    join: alone(redis.join_us, redis.room_script_us, MAX_JOINS),
    place: costOf(redis.room_script_us),
    limits: countsHere ? costOf(redis.limits_us) : 0,
    order: costOf(processor.order_us[assumptions.orderLog]),
    payment: costOf(1e6 / processor.payments_per_second),
  };
}
