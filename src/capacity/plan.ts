import { type Cost, type House, planCosts } from './cost.ts';
import type { Assumptions, Crowd, Design } from './crowd.ts';
import { attemptCost, type Figures } from './figures.ts';
import { type GatewayPlan, planGateways } from './gateways.ts';
import { type LeadTime, planLeadTime } from './lead-time.ts';
import { type NetworkPlan, planNetwork } from './network.ts';
import { type LedgerPlan, type PipelinePlan, planLedger, planPipeline } from './pipeline.ts';
import type { CloudPrices, Prices } from './prices.ts';
import { planStore, type StorePlan } from './store-size.ts';
import { requestsOf, type Traffic, trafficOf } from './traffic.ts';
import { type Step, Worksheet } from './worksheet.ts';

export interface PlanInput {
  readonly crowd: Crowd;
  readonly assumptions: Assumptions;
  readonly figures: Figures;
  readonly prices: Prices;
}

/** What a sale needs, for the crowd of `input`, and what that costs. */
export interface Plan {
  readonly design: Design;
  readonly traffic: Traffic;
  readonly gateways: GatewayPlan;
  readonly store: StorePlan;
  readonly pipeline: PipelinePlan;
  readonly ledger: LedgerPlan;
  readonly network: NetworkPlan;
  readonly leadTime: LeadTime;
  /** From the first attempt, at full load. */
  readonly soldOutSeconds: number;
  readonly costs: readonly Cost[];
  /** What the plan cannot hide. */
  readonly warnings: readonly string[];
  readonly steps: readonly Step[];
}

/** Pure: the same input gives the same plan. */
export function planSale(design: Design, input: PlanInput): Plan {
  const { crowd, assumptions, figures, prices } = input;
  const sheet = new Worksheet();
  const traffic = trafficOf(sheet, design, crowd, assumptions);
  const gateways = planGateways(sheet, traffic, figures, assumptions, coresOf(prices));
  const store = planStore(sheet, design, { crowd, traffic, figures, assumptions });
  const pipeline = planPipeline(sheet, crowd, figures, assumptions);
  const ledger = planLedger(sheet, gateways.gateways + pipeline.processors, input);
  const network = planNetwork(sheet, requestsOf(traffic), crowd, assumptions);
  const machines = gateways.machines + Math.ceil(pipeline.processors / coresOf(prices));
  const leadTime = planLeadTime(sheet, machines, input);
  const houseOf = (price: CloudPrices): House => ({
    machines,
    redisNodes: store.nodes * Math.ceil(store.memoryGb / price.redis.memory_gb),
    databaseCores: ledger.cores,
    brokers: pipeline.brokers,
    network,
  });
  const costs = planCosts(sheet, houseOf, prices, crowd, assumptions);
  const soldOutSeconds = soldOutAfter(design, input);
  const parts = { design, soldOutSeconds, traffic, gateways, store, pipeline, ledger, network, leadTime, costs };
  return { ...parts, warnings: warningsOf(parts, crowd), steps: sheet.steps };
}

/** At open doors the first attempts win all, as fast as they come and Redis decides; behind a gate, as fast as it lets in. */
function soldOutAfter(design: Design, { crowd, figures, assumptions }: PlanInput): number {
  const { units, attemptsPerSecond, sellOutSeconds } = crowd;
  const reservedSeconds = attemptCost(figures, assumptions.durability).reservedUs / 1e6 / assumptions.coreSpeed;
  return design === 'room' ? sellOutSeconds : units * Math.max(1 / attemptsPerSecond, reservedSeconds);
}

/** Machines with fewer cores are the safe assumption for both clouds. */
function coresOf({ aws, gcp }: Prices): number {
  return Math.min(aws.compute.cores, gcp.compute.cores);
}

const SAFE_STORE_UTILISATION = 0.8;
const MANY_CONNECTIONS = 500;

function warningsOf(
  {
    design,
    soldOutSeconds,
    store,
    leadTime,
    ledger,
  }: Pick<Plan, 'design' | 'soldOutSeconds' | 'store' | 'leadTime' | 'ledger'>,
  crowd: Crowd,
): string[] {
  const percent = Math.round(store.utilisation * 100);
  const warnings: string[] = [];
  if (store.utilisation > 1) {
    warnings.push(
      `Redis cannot do it: one core decides a sale, and would be ${percent} % busy. A waiting room keeps attempts from it; --limits edge, a faster core (--core-speed) or several sales help.`,
    );
  } else if (store.utilisation > SAFE_STORE_UTILISATION) {
    warnings.push(`Redis has no head-room: the core that decides is ${percent} % busy in the worst second.`);
  }
  if (design === 'doors' && soldOutSeconds < crowd.sellOutSeconds) {
    warnings.push(
      `Without a waiting room the units are gone after ${soldOutSeconds.toPrecision(2)} s of full load, not in ${crowd.sellOutSeconds} s: all other attempts are refusals.`,
    );
  }
  if (leadTime.autoscalingSeconds > crowd.sellOutSeconds) {
    warnings.push(
      `Autoscaling answers after ${Math.round(leadTime.autoscalingSeconds)} s, and the sale is over after ${crowd.sellOutSeconds} s: scale before it.`,
    );
  }
  if (ledger.connections > MANY_CONNECTIONS) {
    warnings.push(`${ledger.connections} connections: put a pooler before PostgreSQL, or raise max_connections.`);
  }
  return warnings;
}
