import type { Durability } from './figures.ts';

/** Who comes, and for what. Rates are of the worst second. */
export interface Crowd {
  readonly buyers: number;
  readonly attemptsPerSecond: number;
  readonly pageLoadsPerSecond: number;
  /** Of the attempts. */
  readonly botShare: number;
  readonly units: number;
  /** With a waiting room, the gate is set so that it takes so long. */
  readonly sellOutSeconds: number;
}

/** What the plan assumes about house and crowd, and nobody measured. */
export interface Assumptions {
  readonly durability: Durability;
  readonly orderLog: 'redis' | 'kafka';
  /** Where addresses and buyers are counted: by the edge, or by all gateways together in Redis. */
  readonly limits: 'edge' | 'gateway';
  readonly zones: number;
  /** Of a core, in the worst second, with one zone lost. The rest is head-room. */
  readonly utilisation: number;
  /** A core there, beside the core that was measured. */
  readonly coreSpeed: number;
  /** Sales that run at the same time. */
  readonly sales: number;
  /** In which the buyers join the queue, and how much more than the mean the worst second has. */
  readonly arrivalSeconds: number;
  readonly arrivalPeak: number;
  /** In which the winners pay. */
  readonly paySeconds: number;
  /** In which the ledger takes over what was reserved. */
  readonly drainSeconds: number;
  readonly pageKilobytes: number;
  readonly pageLoadsPerBuyer: number;
  readonly requestBytes: number;
  readonly answerBytes: number;
  /** Places of the CDN that ask the origin for themselves. */
  readonly cdnEdges: number;
  /** For which everything is paid: a day before, and the sale. */
  readonly hours: number;
  readonly machinesPerMinute: number;
  readonly machineBootSeconds: number;
  readonly imagePullSeconds: number;
  readonly scrapeSeconds: number;
  readonly autoscalerSeconds: number;
  readonly rehearsalSeconds: number;
}

export const DEFAULT_CROWD: Crowd = {
  buyers: 1_000_000,
  attemptsPerSecond: 500_000,
  pageLoadsPerSecond: 2_000_000,
  botShare: 0.4,
  units: 10_000,
  sellOutSeconds: 10,
};

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  durability: 'aof',
  orderLog: 'redis',
  limits: 'edge',
  zones: 3,
  utilisation: 0.6,
  coreSpeed: 1,
  sales: 1,
  arrivalSeconds: 300,
  arrivalPeak: 5,
  paySeconds: 120,
  drainSeconds: 10,
  pageKilobytes: 60,
  pageLoadsPerBuyer: 8,
  requestBytes: 700,
  answerBytes: 900,
  cdnEdges: 300,
  hours: 26,
  machinesPerMinute: 10,
  machineBootSeconds: 90,
  imagePullSeconds: 30,
  scrapeSeconds: 15,
  autoscalerSeconds: 15,
  rehearsalSeconds: 1_800,
};

/** `doors`: everybody may try to buy at once. `room`: who may try is let in by the gate. */
export type Design = 'doors' | 'room';
