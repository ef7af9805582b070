import type { Assumptions, Crowd, Design } from './crowd.ts';
import { attemptCost, type Figures } from './figures.ts';
import { requestsOf, type Traffic } from './traffic.ts';
import type { Worksheet } from './worksheet.ts';

export interface StorePlan {
  /** Of the one core that decides, in the worst second. More than 1: it cannot be done, whatever is added. */
  readonly utilisation: number;
  /** What that core could decide, with this mix. */
  readonly attemptsPerSecond: number;
  readonly memoryGb: number;
  /** The primary, and a replica in each other zone. */
  readonly nodes: number;
  /** One decides, one rewrites the file, one has connections, one is left. */
  readonly coresPerNode: number;
}

const CORES_PER_NODE = 4;
/** While the file is rewritten, what changes is in memory twice. */
const REWRITE_FACTOR = 2;
const BASE_GB = 0.5;

export function planStore(
  sheet: Worksheet,
  design: Design,
  {
    crowd,
    traffic,
    figures,
    assumptions,
  }: { crowd: Crowd; traffic: Traffic; figures: Figures; assumptions: Assumptions },
): StorePlan {
  sheet.section('redis');
  const decisions = decisionLoad(sheet, traffic, figures, assumptions);
  const utilisation = wholeLoad(sheet, decisions, traffic, figures, assumptions);
  const attempts = traffic.reserved + traffic.refused;
  const attemptsPerSecond = sheet.add(
    'redis_limit',
    'attempts/s',
    { attempts, utilisation },
    'attempts / utilisation',
    (each) => each.attempts / each.utilisation,
  );
  const memoryGb = sheet.add(
    'redis_memory',
    'GB',
    {
      tickets: design === 'room' ? crowd.buyers : 0,
      ticket_bytes: figures.redis.ticket_bytes,
      units: crowd.units,
      order_bytes: figures.redis.order_bytes,
      rewrite: REWRITE_FACTOR,
      base_gb: BASE_GB,
    },
    '(tickets * ticket_bytes + units * order_bytes) / 1e9 * rewrite + base_gb',
    (each) => ((each.tickets * each.ticket_bytes + each.units * each.order_bytes) / 1e9) * each.rewrite + each.base_gb,
  );
  return { utilisation, attemptsPerSecond, memoryGb, nodes: assumptions.zones, coresPerNode: CORES_PER_NODE };
}

function decisionLoad(sheet: Worksheet, traffic: Traffic, figures: Figures, { durability }: Assumptions): number {
  const { refusedUs, reservedUs } = attemptCost(figures, durability);
  return sheet.add(
    'redis_decisions',
    'cores',
    { reserved: traffic.reserved, reserved_us: reservedUs, refused: traffic.refused, refused_us: refusedUs },
    '(reserved * reserved_us + refused * refused_us) / 1e6',
    (each) => (each.reserved * each.reserved_us + each.refused * each.refused_us) / 1e6,
  );
}

function wholeLoad(
  sheet: Worksheet,
  decisions: number,
  traffic: Traffic,
  figures: Figures,
  assumptions: Assumptions,
): number {
  return sheet.add(
    'redis_utilisation',
    'of its core',
    {
      decisions,
      joins: traffic.joins,
      join_us: figures.redis.join_us,
      places: traffic.places,
      room_script_us: figures.redis.room_script_us,
      counted: assumptions.limits === 'gateway' ? requestsOf(traffic) : 0,
      limits_us: figures.redis.limits_us,
      core_speed: assumptions.coreSpeed,
    },
    '(decisions + (joins * join_us + places * room_script_us + counted * limits_us) / 1e6) / core_speed',
    (each) =>
      (each.decisions +
        (each.joins * each.join_us + each.places * each.room_script_us + each.counted * each.limits_us) / 1e6) /
      each.core_speed,
  );
}
