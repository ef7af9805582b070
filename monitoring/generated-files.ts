import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { composeConfiguration } from './alertmanager/compose-configuration.ts';
import { gateway } from './grafana/gateway.ts';
import { infrastructure } from './grafana/infrastructure.ts';
import { pipeline } from './grafana/pipeline.ts';
import { saleOverview } from './grafana/sale-overview.ts';
import { waitingRoom } from './grafana/waiting-room.ts';
import { type Platform, prometheusConfiguration } from './prometheus/configurations.ts';
import { sloRules } from './prometheus/slo-rules.ts';

const PLATFORMS: readonly Platform[] = ['local', 'compose', 'kubernetes'];
export const DASHBOARDS = [saleOverview, gateway, waitingRoom, pipeline, infrastructure];

const HEADER = '# Made by `npm run monitoring` from what is beside it. Changes here are lost.\n';

/** What is generated, by path from this folder: with it in git, whoever mounts it needs no Node. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ...PLATFORMS.map((platform): [string, string] => [
      `prometheus/prometheus.${platform}.yaml`,
      yaml(prometheusConfiguration(platform)),
    ]),
    ['alertmanager/alertmanager.compose.yaml', yaml(composeConfiguration(alertmanager()))],
    ['prometheus/rules/slo.yaml', yaml(sloRules())],
    ...DASHBOARDS.map((dashboard): [string, string] => [
      `grafana/dashboards/${dashboard.uid}.json`,
      `${JSON.stringify(dashboard, null, 2)}\n`,
    ]),
  ]);
}

function alertmanager() {
  return parse(readFileSync(new URL('alertmanager/alertmanager.yaml', import.meta.url), 'utf8'));
}

function yaml(document: object): string {
  return HEADER + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
