import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from './cache-directory.ts';
import { exists } from './exists.ts';
import { MissingProgram } from './server-process.ts';

const run = promisify(execFile);

const PACKAGES = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'];

/** Where the programs are, each as Debian calls it. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
  readonly nodeExporter: string;
  /** Debian's Alertmanager runs only where it is installed: it has its templates at a fixed place. */
  readonly areInstalled: boolean;
}

type Paths = Omit<PrometheusPrograms, 'areInstalled'>;

/**
 * The machine's own Prometheus, Alertmanager and node exporter, or else Debian's, unpacked into the user's cache the
 * first time: nothing is installed and no service is started. Throws `MissingProgram` where there is no apt-get.
 */
export async function prometheusPrograms(): Promise<PrometheusPrograms> {
  const found = await installed();
  return found ? { ...found, areInstalled: true } : { ...programsIn(await unpacked()), areInstalled: false };
}

async function installed(): Promise<Paths | null> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const programs = programsIn(folder);
    if ((await Promise.all(Object.values(programs).map(exists))).every(Boolean)) return programs;
  }
  return null;
}

function programsIn(folder: string): Paths {
  return {
    prometheus: join(folder, 'prometheus'),
    promtool: join(folder, 'promtool'),
    alertmanager: join(folder, 'prometheus-alertmanager'),
    amtool: join(folder, 'amtool'),
    nodeExporter: join(folder, 'prometheus-node-exporter'),
  };
}

async function unpacked(): Promise<string> {
  const cache = cacheDirectory();
  const root = join(cache, 'prometheus');
  if (!(await exists(root))) await unpack(cache, root);
  return join(root, 'usr', 'bin');
}

/** Into a folder of its own that then takes the name: what was cut off leaves nothing that looks complete. */
async function unpack(cache: string, root: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'fetching-'));
  try {
    await download(work);
    const files = (await readdir(work)).filter((name) => name.endsWith('.deb'));
    for (const file of files) await run('dpkg-deb', ['--extract', join(work, file), join(work, 'root')]);
    await rename(join(work, 'root'), root).catch(async (error: unknown) => {
      if (!(await exists(root))) throw error;
    });
  } finally {
    await rm(work, { recursive: true });
  }
}

async function download(directory: string): Promise<void> {
  try {
    await run('apt-get', ['download', ...PACKAGES], { cwd: directory });
  } catch (cause) {
    throw new MissingProgram(`${PACKAGES.join(', ')} are not here, and apt-get cannot download them`, { cause });
  }
}
