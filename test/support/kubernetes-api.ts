import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Fastify, { type FastifyInstance } from 'fastify';
import { MissingProgram } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';

type Fields = { [name: string]: unknown };

const run = promisify(execFile);
const RESOURCES = {
  '/api/v1': [{ name: 'services', singularName: 'service', kind: 'Service' }],
  '/apis/apps/v1': [{ name: 'deployments', singularName: 'deployment', kind: 'Deployment' }],
} as const;
const VERBS = ['get', 'patch'];

/** As much of an API server as kubectl needs to read and change services and deployments: kubectl itself is the real one. */
export class KubernetesApi {
  readonly kubeconfig: string;
  readonly #app: FastifyInstance;
  readonly #directory: string;

  private constructor(app: FastifyInstance, directory: string) {
    this.#app = app;
    this.#directory = directory;
    this.kubeconfig = join(directory, 'config');
  }

  /** @param resources by path. Null, and a line that says what to do, where there is no kubectl. */
  static async start(resources: Map<string, Fields>): Promise<KubernetesApi | null> {
    return orSkip('kubectl', 'apt-get install -y kubernetes-client', async () => {
      await run('kubectl', ['version', '--client']).catch((cause) => {
        throw new MissingProgram('There is no kubectl', { cause });
      });
      const api = new KubernetesApi(serverOf(resources), await mkdtemp(join(tmpdir(), 'tidegate-kubectl-')));
      await writeFile(api.kubeconfig, kubeconfigFor(await api.#app.listen({ host: '127.0.0.1', port: 0 })));
      return api;
    });
  }

  async stop(): Promise<void> {
    await this.#app.close();
    await rm(this.#directory, { recursive: true });
  }
}

function serverOf(resources: Map<string, Fields>): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.addContentTypeParser('application/merge-patch+json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, JSON.parse(String(body))),
  );
  const version = { groupVersion: 'apps/v1', version: 'v1' };
  app.get('/api', () => ({ kind: 'APIVersions', versions: ['v1'] }));
  app.get('/apis', () => ({
    kind: 'APIGroupList',
    groups: [{ name: 'apps', versions: [version], preferredVersion: version }],
  }));
  for (const [path, kinds] of Object.entries(RESOURCES)) {
    app.get(path, () => ({
      kind: 'APIResourceList',
      groupVersion: path.replace(/^\/apis?\//, ''),
      resources: kinds.map((kind) => ({ ...kind, namespaced: true, verbs: VERBS })),
    }));
  }
  app.get('*', ({ url }, reply) => resources.get(pathOf(url)) ?? reply.code(404).send(notFound(url)));
  app.patch('*', ({ url, body }, reply) => {
    const resource = resources.get(pathOf(url));
    if (!resource) return reply.code(404).send(notFound(url));
    const changed = merged(resource, body as Fields);
    resources.set(pathOf(url), changed);
    return changed;
  });
  return app;
}

function notFound(url: string) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404, message: `no ${url}` };
}

function pathOf(url: string): string {
  return url.replace(/\?.*/, '');
}

/** RFC 7386. */
function merged(resource: Fields, change: Fields): Fields {
  const result = { ...resource };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete result[name];
    else if (typeof value === 'object') result[name] = merged((result[name] ?? {}) as Fields, value as Fields);
    else result[name] = value;
  }
  return result;
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}
