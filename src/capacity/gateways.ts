import type { Assumptions } from './crowd.ts';
import type { Figures } from './figures.ts';
import { processesFor } from './processes.ts';
import type { Traffic } from './traffic.ts';
import type { Worksheet } from './worksheet.ts';

export interface GatewayPlan {
  /** Processes; each has a core. */
  readonly gateways: number;
  readonly machines: number;
  /** Core-seconds of work a second, over all gateways. */
  readonly load: number;
}

/** @param cores of a machine; one of them is left to what else runs there */
export function planGateways(
  sheet: Worksheet,
  traffic: Traffic,
  figures: Figures,
  assumptions: Assumptions,
  cores: number,
): GatewayPlan {
  sheet.section('gateways');
  const load = gatewayLoad(sheet, traffic, figures, assumptions);
  const { zones } = assumptions;
  const gateways = processesFor(sheet, 'gateways', load, assumptions);
  const machines = sheet.add(
    'gateway_machines',
    'machines',
    { gateways, zones, cores },
    'ceil(gateways / zones / (cores - 1)) * zones',
    (each) => Math.ceil(each.gateways / each.zones / (each.cores - 1)) * each.zones,
  );
  return { gateways, machines, load };
}

function gatewayLoad(sheet: Worksheet, traffic: Traffic, { gateway }: Figures, assumptions: Assumptions): number {
  const requests = sheet.add('requests', '/s', { ...traffic }, Object.keys(traffic).join(' + '), (each) =>
    Object.values(each).reduce((sum, rate) => sum + rate, 0),
  );
  const work = sheet.add(
    'work_without_limits',
    'cores',
    {
      ...traffic,
      reserved_us: gateway.reserved_us,
      refused_us: gateway.refused_us,
      join_us: gateway.join_us,
      turned_away_us: gateway.turned_away_us,
      status_us: gateway.status_us,
    },
    '(reserved * reserved_us + refused * refused_us + (joins + places) * join_us + turnedAway * turned_away_us + statusReads * status_us) / 1e6',
    (each) =>
      (each.reserved * each.reserved_us +
        each.refused * each.refused_us +
        (each.joins + each.places) * each.join_us +
        each.turnedAway * each.turned_away_us +
        each.statusReads * each.status_us) /
      1e6,
  );
  const limitsUs = assumptions.limits === 'gateway' ? gateway.limits_us : 0;
  return sheet.add(
    'gateway_load',
    'cores',
    { work, requests, limits_us: limitsUs, core_speed: assumptions.coreSpeed },
    '(work + requests * limits_us / 1e6) / core_speed',
    (each) => (each.work + (each.requests * each.limits_us) / 1e6) / each.core_speed,
  );
}
