import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

const brotli = promisify(brotliCompress);

const ROOT = join(import.meta.dirname, '..');
const DIST = join(import.meta.dirname, 'dist');
/** Written last: a build that was cut off does not count. */
const LAST_OUTPUT = join(DIST, 'pages.json');
const SOURCES = [
  'web/src',
  'web/public',
  'web/storefront.html',
  'web/queue.html',
  'web/admin.html',
  'web/vite.config.ts',
  'sdk/src',
];
const COMPRESSIBLE = /\.(js|css|svg|json)$/;

/** Builds the web applications into web/dist, unless the build there is newer than every source of it. */
async function buildWebIfStale(): Promise<void> {
  const [builtAtMs, changedAtMs] = await Promise.all([newestChange(LAST_OUTPUT), newestOf(SOURCES)]);
  if (builtAtMs < changedAtMs) await buildWeb();
}

async function buildWeb(): Promise<void> {
  // Loaded only here: a server that is up to date starts without it.
  const { createBuilder } = await import('vite');
  const builder = await createBuilder({ root: import.meta.dirname, logLevel: 'warn' });
  await builder.buildApp();
  await Promise.all(['client/assets', 'client/images'].map((name) => compress(join(DIST, name))));
}

/** Beside each file, so that no server compresses anything while buyers wait. */
async function compress(directory: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => COMPRESSIBLE.test(name));
  await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(directory, name));
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      await writeFile(join(directory, `${name}.br`), await brotli(bytes, { params }));
    }),
  );
}

async function newestOf(paths: readonly string[]): Promise<number> {
  return Math.max(...(await Promise.all(paths.map((path) => newestChange(join(ROOT, path))))));
}

/** When a file, or anything in a folder, was last changed: epoch milliseconds. Minus infinity where nothing is. */
async function newestChange(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return Number.NEGATIVE_INFINITY;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  return Math.max(found.mtimeMs, ...(await Promise.all(names.map((name) => newestChange(join(path, name))))));
}

// Whatever the process is for that asked: what is built is what buyers get.
process.env.NODE_ENV = 'production';
await buildWebIfStale();
