import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runProgram } from '../run-program.ts';
import { CACHE, INSTALL, ifExecutable, type Tool } from '../tool.ts';
import type { JsonSchema } from './json-schema.ts';
import { customSchemas, kubernetesSchemas } from './resource-schemas.ts';

interface Source {
  /** Fetched as it is, with its checksum, and not built. */
  readonly module: string;
  /** In the module. */
  readonly files: readonly string[];
  readonly schemas: (file: string) => Promise<Map<string, JsonSchema>>;
}

/** The oldest Kubernetes that may run this; what has gone from a newer one, kubeconform cannot see. */
const SOURCES: readonly Source[] = [
  {
    module: 'k8s.io/kubernetes@v1.34.2',
    files: ['api/openapi-spec/swagger.json'],
    schemas: kubernetesSchemas,
  },
  {
    module: 'github.com/argoproj/argo-cd/v3@v3.2.1',
    files: ['manifests/crds/application-crd.yaml', 'manifests/crds/appproject-crd.yaml'],
    schemas: customSchemas,
  },
  {
    module: 'github.com/external-secrets/external-secrets@v1.3.2',
    files: ['config/crds/bases/external-secrets.io_externalsecrets.yaml'],
    schemas: customSchemas,
  },
];

/** JSON schemas of every kind that manifests have: a directory for kubeconform. */
export const kubernetesSchemasTool: Tool = {
  name: 'kubernetes-schemas',
  howToGet: `${INSTALL}, with Go on the PATH`,
  find: () => ifExecutable(directory()),
  install: async () => {
    const unfinished = `${directory()}.new`;
    await mkdir(unfinished, { recursive: true });
    for (const source of SOURCES) await writeSchemas(source, unfinished);
    await rename(unfinished, directory());
  },
};

function directory(): string {
  const digest = createHash('sha256').update(JSON.stringify(SOURCES)).digest('hex').slice(0, 12);
  return join(CACHE, `kubernetes-schemas-${digest}`);
}

async function writeSchemas({ module, files, schemas }: Source, directory: string): Promise<void> {
  const answer = await runProgram('go', ['mod', 'download', '-json', module], { cwd: dirname(directory) });
  // Progress is on the lines before it.
  const { Dir } = JSON.parse(answer.slice(answer.indexOf('{'))) as { Dir: string };
  for (const file of files) {
    for (const [name, schema] of await schemas(join(Dir, file))) {
      await writeFile(join(directory, name), JSON.stringify(schema));
    }
  }
}
