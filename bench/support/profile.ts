import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printTable } from './table.ts';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const PARTS_SHOWN = 14;

/** Measures once more, with a profile, and prints where the time of the server's main thread went. */
export async function printProfile(measure: (nodeOptions: readonly string[]) => Promise<unknown>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-profile-'));
  try {
    await measure(['--cpu-prof', `--cpu-prof-dir=${directory}`]);
    const parts = (await readProfile(directory)).slice(0, PARTS_SHOWN);
    printTable(
      'Where the main thread spends its time, %',
      parts.map(([part, share]) => [part, share * 100]),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** By part of the program: share of the time that the main thread was not idle. */
async function readProfile(directory: string): Promise<[part: string, share: number][]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.cpuprofile'));
  const profiles = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as CpuProfile),
  );
  // The main thread's is the one that saw Fastify.
  const profile = profiles.find(({ nodes }) =>
    nodes.some(({ callFrame }) => callFrame.url.includes('/node_modules/fastify/')),
  );
  if (!profile) throw new Error(`no profile of a server in ${directory}`);
  return sharesOf(profile);
}

function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): [string, number][] {
  const partOfNode = new Map(nodes.map(({ id, callFrame }) => [id, partOf(callFrame.functionName, callFrame.url)]));
  const micros = new Map<string, number>();
  samples.forEach((id, index) => {
    const part = partOfNode.get(id) ?? 'unknown';
    micros.set(part, (micros.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  });
  micros.delete('idle');
  const busy = [...micros.values()].reduce((sum, value) => sum + value, 0);
  return [...micros].map(([part, time]): [string, number] => [part, time / busy]).sort((a, b) => b[1] - a[1]);
}

function partOf(functionName: string, url: string): string {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === '') return 'native code (sockets, crypto, buffers)';
  const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (library) return library;
  const [, folder] = /\/src\/([^/]+)\//.exec(url) ?? [];
  if (folder) return `src/${folder}`;
  const [, core] = /^node:(?:internal\/)?([a-z_]+)/.exec(url) ?? [];
  return core ? `node: ${core}` : 'compiled schemas';
}
