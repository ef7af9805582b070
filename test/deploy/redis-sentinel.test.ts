import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/cli-process.ts';
import { builtManifests } from '../support/manifests.ts';

const run = promisify(execFile);
const SCRIPTS = fileURLToPath(new URL('../../deploy/kustomize/redis-sentinel/', import.meta.url));

/** By the name of a pod: whom its sentinel takes for the one that sells, and since which epoch. */
type Beliefs = Readonly<Record<string, readonly [primary: string, epoch: number]>>;

const resources = await builtManifests('kustomize/overlays/staging');

test.skipIf(!resources)('in staging gateways ask three sentinels, and an answer waits for a replica', () => {
  const settings = resources?.find(({ kind, metadata }) => {
    return kind === 'ConfigMap' && metadata.name.startsWith('tidegate-settings');
  });
  expect(settings?.data).toMatchObject({
    STORE_URL: 'redis+sentinel://redis-0.redis:26379,redis-1.redis:26379,redis-2.redis:26379/shop',
    STORE_DURABILITY: 'replica',
  });
  const redis = resources?.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'redis');
  expect(redis?.spec.replicas).toBe(3);
  const { containers } = redis?.spec.template.spec ?? {};
  expect(containers.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['redis', 'sentinel']));
});

test('the first Redis of all sells, and the others follow it', async () => {
  expect(await primaryOf('redis-0', {})).toBeNull();
  expect(await primaryOf('redis-1', {})).toBe('redis-0.redis');
});

test('a Redis that comes back follows whoever took over meanwhile', async () => {
  const own = ['redis-0.redis', 0] as const;
  const others = ['redis-2.redis', 1] as const;
  expect(await primaryOf('redis-0', { 'redis-0': own, 'redis-1': others, 'redis-2': others })).toBe('redis-2.redis');
});

test('a Redis that took over does not follow one that was away, and came back first', async () => {
  const own = ['redis-1.redis', 12] as const;
  expect(await primaryOf('redis-1', { 'redis-0': ['redis-0.redis', 9], 'redis-1': own })).toBeNull();
  expect(await primaryOf('redis-2', { 'redis-0': ['redis-0.redis', 9], 'redis-2': own })).toBe('redis-1.redis');
});

test('a sentinel begins with redis-0, and keeps what it has learnt since', async () => {
  const directory = await programs({});
  const start = () => runIn(directory, 'start-sentinel.sh', 'redis-1');
  expect(await start()).toBe('sentinel.conf --sentinel');
  const first = await readFile(join(directory, 'sentinel.conf'), 'utf8');
  expect(first).toMatch(/announce-ip redis-1.redis\nsentinel monitor shop redis-0.redis 6379 2\n/);
  await writeFile(join(directory, 'sentinel.conf'), 'what it has written');
  await start();
  expect(await readFile(join(directory, 'sentinel.conf'), 'utf8')).toBe('what it has written');
});

/** Whom the Redis of the pod follows; null: nobody. Sentinels of other pods answer, its own has its file. */
async function primaryOf(pod: string, { [pod]: own, ...others }: Beliefs): Promise<string | null> {
  const directory = await programs(others);
  if (own) {
    const lines = [`sentinel monitor shop ${own[0]} 6379 2`, `sentinel config-epoch shop ${own[1]}`];
    await writeFile(join(directory, 'sentinel.conf'), `${lines.join('\n')}\n`);
  }
  const args = await runIn(directory, 'start-redis.sh', pod, '--dir', '/data');
  expect(args).toContain(`--replica-announce-ip ${pod}.redis --min-replicas-to-write 1`);
  return /^--dir \/data --replicaof (\S+) 6379 /.exec(args)?.[1] ?? null;
}

/** Stands in for Redis: `redis-cli` answers for the sentinels that are there, `redis-server` says what it was told. */
async function programs(beliefs: Beliefs): Promise<string> {
  const directory = await temporaryDirectory();
  const answers = Object.entries(beliefs).map(([pod, [primary, epoch]]) => {
    return `  ${pod}.redis) printf 'name\\nshop\\nip\\n${primary}\\nconfig-epoch\\n${epoch}\\n' ;;`;
  });
  const cli = ['#!/bin/sh', 'case "$2" in', ...answers, '  *) echo "Could not connect" >&2; exit 1 ;;', 'esac'];
  await writeFile(join(directory, 'redis-cli'), `${cli.join('\n')}\n`);
  await writeFile(join(directory, 'redis-server'), '#!/bin/sh\necho "$*"\n');
  for (const program of ['redis-cli', 'redis-server']) await chmod(join(directory, program), 0o755);
  return directory;
}

async function runIn(cwd: string, script: string, pod: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: `${cwd}:${process.env.PATH}`, POD_NAME: pod };
  const { stdout } = await run('sh', [SCRIPTS + script, ...args], { cwd, env });
  return stdout.trim();
}
