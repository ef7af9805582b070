import type { Assumptions, Crowd } from './crowd.ts';
import type { NetworkPlan } from './network.ts';
import { CLOUDS, type Cloud, type CloudPrices, type Prices } from './prices.ts';
import type { Worksheet } from './worksheet.ts';

/** What is paid for. */
export interface House {
  /** For gateways and processors. */
  readonly machines: number;
  readonly redisNodes: number;
  readonly databaseCores: number;
  readonly brokers: number;
  readonly network: NetworkPlan;
}

export interface Cost {
  readonly cloud: Cloud;
  /** All in the currency of the prices, for the whole sale. */
  readonly machines: number;
  readonly network: number;
  readonly total: number;
  readonly perUnit: number;
}

export function planCosts(
  sheet: Worksheet,
  houseOf: (prices: CloudPrices) => House,
  prices: Prices,
  crowd: Crowd,
  assumptions: Assumptions,
): Cost[] {
  return CLOUDS.map((cloud) => {
    sheet.section(`cost on ${cloud}`);
    return costOn(sheet, cloud, houseOf(prices[cloud]), prices, crowd, assumptions);
  });
}

function costOn(
  sheet: Worksheet,
  cloud: Cloud,
  house: House,
  prices: Prices,
  { units }: Crowd,
  { hours }: Assumptions,
): Cost {
  const machines = machineCost(sheet, house, prices[cloud], hours);
  const network = networkCost(sheet, house.network, prices[cloud]);
  const { currency } = prices;
  const total = sheet.add(
    'total',
    currency,
    { machines, network },
    'machines + network',
    (each) => each.machines + each.network,
  );
  const perUnit = sheet.add(
    'per_unit_sold',
    currency,
    { total, units },
    'total / units',
    (each) => each.total / each.units,
  );
  return { cloud, machines, network, total, perUnit };
}

function machineCost(sheet: Worksheet, house: House, price: CloudPrices, hours: number): number {
  return sheet.add(
    'machines',
    'a sale',
    {
      hours,
      compute: house.machines,
      compute_price: price.compute.per_hour,
      redis: house.redisNodes,
      redis_price: price.redis.per_hour,
      db_cores: house.databaseCores,
      db_core_price: price.database_core.per_hour,
      brokers: house.brokers,
      broker_price: price.kafka_broker.per_hour,
      cluster_price: price.cluster.per_hour,
      balancer_price: price.balancer.per_hour,
    },
    'hours * (compute * compute_price + redis * redis_price + db_cores * db_core_price + brokers * broker_price + cluster_price + balancer_price)',
    (each) =>
      each.hours *
      (each.compute * each.compute_price +
        each.redis * each.redis_price +
        each.db_cores * each.db_core_price +
        each.brokers * each.broker_price +
        each.cluster_price +
        each.balancer_price),
  );
}

function networkCost(sheet: Worksheet, network: NetworkPlan, price: CloudPrices): number {
  return sheet.add(
    'network',
    'a sale',
    {
      cdn_gb: network.cdnGb,
      cdn_gb_price: price.cdn_gb.per_gb,
      cdn_requests: network.cdnRequests,
      cdn_million_price: price.cdn_million_requests.per_million,
      origin_gb: network.originGb,
      direct_price: price.direct_gb.per_gb,
      balancer_gb_price: price.balancer_gb.per_gb,
    },
    'cdn_gb * cdn_gb_price + cdn_requests / 1e6 * cdn_million_price + origin_gb * (direct_price + balancer_gb_price)',
    (each) =>
      each.cdn_gb * each.cdn_gb_price +
      (each.cdn_requests / 1e6) * each.cdn_million_price +
      each.origin_gb * (each.direct_price + each.balancer_gb_price),
  );
}
