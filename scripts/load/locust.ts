import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory } from '../backends/cache-directory.ts';
import { exists } from '../backends/exists.ts';
import { MissingProgram } from '../backends/server-process.ts';

const run = promisify(execFile);

const PLAN = join(import.meta.dirname, '../../load');

export interface LocustCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * How Locust is started with the load plan, without its options. It is installed the first time, into an environment of
 * its own in the user's cache, in the versions that `load/requirements.txt` names. Throws `MissingProgram` where there
 * is no Python, or nowhere to fetch the packages from.
 */
export async function locustCommand(): Promise<LocustCommand> {
  const requirements = join(PLAN, 'requirements.txt');
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const cache = cacheDirectory();
  const environment = join(cache, `locust-${version}`);
  if (!(await exists(environment))) await install(requirements, cache, environment);
  return {
    program: join(environment, 'bin/python'),
    args: ['-B', '-m', 'locust', '-f', join(PLAN, 'locustfile.py'), '--headless', '--only-summary'],
  };
}

/** Into a folder of its own that then takes the name: what was cut off leaves nothing that looks complete. */
async function install(requirements: string, cache: string, environment: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'installing-'));
  try {
    await demand('python3', ['-m', 'venv', work], 'Python 3.10 or newer with venv (Debian: python3-venv)');
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    await demand(join(work, 'bin/python'), pip, 'the packages of load/requirements.txt, from PyPI');
    await rename(work, environment).catch(async (error: unknown) => {
      if (!(await exists(environment))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function demand(program: string, args: readonly string[], what: string): Promise<void> {
  try {
    await run(program, args);
  } catch (cause) {
    throw new MissingProgram(`the load plan needs ${what}`, { cause });
  }
}
