import { stringify } from 'yaml';
import { type Platform, prometheusConfiguration } from './prometheus/configurations.ts';
import { sloRules } from './prometheus/slo-rules.ts';

const PLATFORMS: readonly Platform[] = ['local', 'compose', 'kubernetes'];
const HEADER = '# Made by `npm run monitoring` from TypeScript beside it. Changes here are lost.\n';

/** What is generated, by path from this folder: with it in git, whoever mounts it needs no Node. */
export function generatedFiles(): Map<string, string> {
  return new Map([
    ...PLATFORMS.map((platform): [string, string] => [
      `prometheus/prometheus.${platform}.yaml`,
      yaml(prometheusConfiguration(platform)),
    ]),
    ['prometheus/rules/slo.yaml', yaml(sloRules())],
  ]);
}

function yaml(document: object): string {
  return HEADER + stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
}
