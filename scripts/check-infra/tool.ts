import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../backends/cache-directory.ts';
import { filesLike } from './files-like.ts';
import { runProgram } from './run-program.ts';

/** A program that checks need. */
export interface Tool {
  readonly name: string;
  /** The line that brings it to the machine. */
  readonly howToGet: string;
  /** Its path; null where it is missing. */
  find(): Promise<string | null>;
  /** Brings it to the machine; null where that is the business of whoever owns the machine. */
  readonly install: (() => Promise<void>) | null;
}

const TOOLS = fileURLToPath(new URL('../../tools/', import.meta.url));
/** Outlives clones: what is built once is not built again. */
export const CACHE = join(cacheDirectory(), 'tools');
export const INSTALL = 'npm run check:infra -- --install';
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** A program of a Debian package. */
export function debianTool(name: string, packageName = name): Tool {
  return { name, howToGet: `apt-get install -y ${packageName}`, find: () => onPath(name), install: null };
}

/** A program of a package on PyPI, pinned in `tools/python/<name>.txt`. */
export function pythonTool(name: string): Tool {
  const pins = join(TOOLS, 'python', `${name}.txt`);
  const directory = async () => join(CACHE, `${name}-${await digest([pins])}`);
  const program = async () => join(await directory(), 'bin', name);
  return {
    name,
    howToGet: INSTALL,
    find: async () => ifExecutable(await program()),
    install: async () => {
      const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--root-user-action', 'ignore'];
      const args = [...pip, '--target', await directory(), '--requirement', pins];
      await runProgram('python3', args, { cwd: TOOLS, timeoutMs: BUILD_TIMEOUT_MS });
    },
  };
}

/**
 * A program in Go: the package `packagePath` of the module in `tools/<name>`, whose go.mod pins what it is made of.
 * Without a path it is the module's own program. Being a module of ours, it may need modules with `replace` lines,
 * which `go install` refuses.
 */
export function goTool(name: string, packagePath = '.'): Tool {
  const module = join(TOOLS, name);
  const program = async () => {
    const sources = await filesLike(['go.mod', 'go.sum', '*.go'], module);
    return join(CACHE, `${name}-${await digest(sources.map((file) => join(module, file)))}`, name);
  };
  return {
    name,
    howToGet: `${INSTALL}, with Go on the PATH (https://go.dev/dl, or golang-go of a recent Debian)`,
    find: async () => ifExecutable(await program()),
    install: async () => {
      const target = await program();
      await mkdir(dirname(target), { recursive: true });
      // One package at a time: the machine has other work.
      const args = ['build', '-p', '1', '-trimpath', '-mod=readonly', '-buildvcs=false', '-o', target, packagePath];
      await runProgram('go', args, { cwd: module, timeoutMs: BUILD_TIMEOUT_MS });
    },
  };
}

/** A jar of Maven Central, by `group:artifact:version`. What needs it is started by Java. */
export function mavenTool(coordinates: string): Tool {
  const [, artifact = '', version = ''] = coordinates.split(':');
  const directory = join(CACHE, `${artifact}-${version}`);
  return {
    name: artifact,
    howToGet: `${INSTALL}, with Maven (Debian: maven)`,
    find: () => ifThere(join(directory, `${artifact}-${version}.jar`), constants.R_OK),
    install: async () => {
      const goal = ['dependency:copy', `-Dartifact=${coordinates}`, `-DoutputDirectory=${directory}`];
      await runProgram('mvn', ['--batch-mode', '--quiet', ...goal], { cwd: TOOLS, timeoutMs: BUILD_TIMEOUT_MS });
    },
  };
}

async function onPath(name: string): Promise<string | null> {
  // Debian keeps servers in sbin, which not everybody has on the PATH.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const found = await Promise.all(directories.map((directory) => ifExecutable(join(directory, name))));
  return found.find((path) => path !== null) ?? null;
}

export function ifExecutable(path: string): Promise<string | null> {
  return ifThere(path, constants.X_OK);
}

async function ifThere(path: string, mode: number): Promise<string | null> {
  return access(path, mode).then(
    () => path,
    () => null,
  );
}

/** Changes with what is pinned. */
async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
}
