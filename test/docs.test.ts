import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { glob, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ALL_CHECKS } from '../scripts/check-infra/all-checks.ts';
import { readConfig } from '../src/config/config.ts';
import { startServer, temporaryDirectory } from './support/cli-process.ts';
import { copyEmptyLedger } from './support/data-directory.ts';
import { anchorsIn } from './support/markdown.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'deploy/**/README.md',
  'sdk/README.md',
  'examples/*/README.md',
  'load/README.md',
  'docs/**/*.md',
];

const paths = await filesLike(DOCUMENTS);
const documents = new Map(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));

describe.each(paths)('%s', (path) => {
  const text = documents.get(path) ?? '';

  test('has no dead link', async () => {
    const links = linksIn(text).filter((link) => !/^[a-z]+:/.test(link));
    const dead = await Promise.all(links.map(async (link) => ((await leadsSomewhere(path, link)) ? [] : [link])));
    expect(dead.flat()).toEqual([]);
  });

  test('names only npm scripts that there are', async () => {
    const { scripts } = JSON.parse(await read('package.json'));
    const named = [...text.matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test.each(['README.md', 'docs/features.md', 'docs/architecture.md', 'docs/operations.md'])(
  'every file that %s names is there',
  async (path) => {
    const named = filesNamedIn(documents.get(path) ?? '');
    const missing = await Promise.all(named.map(async (name) => ((await exists(name)) ? [] : [name])));
    expect(missing.flat()).toEqual([]);
  },
);

test.each([
  ['docs/features.md', 50],
  ['SECURITY.md', 15],
])('every test that %s names is in the file that it names', async (path, atLeast) => {
  const claims = provenBy(documents.get(path) ?? '');
  expect(claims.length).toBeGreaterThan(atLeast);
  const wrong = await Promise.all(
    claims.map(async ({ file, name }) => ((await read(file)).includes(name) ? [] : [`${file}: ${name}`])),
  );
  expect(wrong.flat()).toEqual([]);
});

describe('the settings', () => {
  test('of the README are those that are read, and no other', async () => {
    expect(settingsIn(documents.get('README.md') ?? '')).toEqual(await settingsRead());
  });

  test('of .env.example are the same, with the same defaults', async () => {
    const example = [...(await read('.env.example')).matchAll(/^# ([A-Z_]+)=(.*)$/gm)];
    expect(example.map(([, name = '']) => name).sort()).toEqual(await settingsRead());
    const given = Object.fromEntries(example.map(([, name = '', value]) => [name, value]));
    expect(readConfig(given)).toEqual(readConfig({}));
  });
});

test('every decision has a number of its own, the one in its title, and is listed', () => {
  const decisions = paths.filter((path) => /^docs\/decisions\/\d/.test(path));
  const numbers = decisions.map((path) => basename(path).slice(0, 4));
  expect(numbers.length).toBeGreaterThan(20);
  expect(new Set(numbers).size).toBe(numbers.length);
  const titled = decisions.filter((path, index) => documents.get(path)?.startsWith(`# ${numbers[index]} `));
  expect(titled).toEqual(decisions);
  const listed = linksIn(documents.get('docs/decisions/README.md') ?? '');
  expect(decisions.filter((path) => !listed.includes(basename(path)))).toEqual([]);
});

test('every check of the infrastructure that a document names is there', () => {
  const named = [...documents.values()].flatMap((text) => [...text.matchAll(/check:infra -- (\w+)/g)]);
  expect(named).not.toEqual([]);
  const missing = named.filter(([, word = '']) => !ALL_CHECKS.some(({ name }) => name.includes(word)));
  expect(missing.map(([call]) => call)).toEqual([]);
});

test.each(['README.md', 'docs/testing.md'])('what %s shows happens', { timeout: 240_000 }, async (path) => {
  const directory = await temporaryDirectory();
  copyEmptyLedger(join(directory, 'data/ledger'));
  const server = await startServer({ DATA_DIR: join(directory, 'data'), RATE_LIMIT_PER_IP: '600' });
  onTestFinished(async () => void (await server.end()));
  const { script, expected } = sessionIn(documents.get(path) ?? '');
  const { code, stdout, stderr } = await runBash(script.replaceAll('http://127.0.0.1:8000', server.url), directory);
  expect({ lines: stdout.trimEnd().split('\n'), stderr, code }).toEqual({
    lines: expected.map(matching),
    stderr: '',
    code: 0,
  });
});

/** The bash blocks of a document, as one session, and what it says that they print: the lines that begin with `#>`. */
function sessionIn(text: string): { script: string; expected: string[] } {
  const script = [...text.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block).join('\n');
  const expected = [...script.matchAll(/^#> (.*)$/gm)].map(([, line = '']) => line);
  return { script, expected };
}

/** `…` stands for anything. */
function matching(line: string): unknown {
  if (!line.includes('…')) return line;
  const parts = line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('.*')}$`));
}

async function runBash(script: string, cwd: string) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** Links, without those in code. */
function linksIn(text: string): string[] {
  const prose = text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

async function leadsSomewhere(from: string, link: string): Promise<boolean> {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? from : resolve('/', dirname(from), path).slice(1);
  if (heading === undefined || heading === '') return exists(target);
  return anchorsIn(await read(target)).includes(heading);
}

/** What looks like a path of this repository, in code or in a link. */
function filesNamedIn(text: string): string[] {
  const named = text.matchAll(
    /`((?:src|sdk|web|test|bench|docs|examples|scripts|load|monitoring|deploy|tools)\/[\w./-]+)`/g,
  );
  return [...new Set([...named].map(([, path = '']) => path))];
}

/** `file`: “name”, “name”: the form in which docs/features.md points at tests. */
function provenBy(text: string): { file: string; name: string }[] {
  return [...text.matchAll(/`([\w./-]+\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
  );
}

function settingsIn(text: string): string[] {
  return [...text.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = '']) => name).sort();
}

/** Asks the configuration itself what it looks at, and the sources of the command line. */
async function settingsRead(): Promise<string[]> {
  const names = new Set<string>();
  const recorder = new Proxy<Record<string, string | undefined>>(
    {},
    { get: (_, name) => void names.add(String(name)) },
  );
  readConfig(recorder);
  for (const file of await filesLike(['src/cli/**/*.ts'])) {
    for (const [, name = ''] of (await read(file)).matchAll(/(?:\.url\('|process\.env\.)([A-Z_]+)/g)) names.add(name);
  }
  return [...names].filter((name) => name !== 'PATH').sort();
}

async function filesLike(patterns: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(patterns, { cwd: ROOT })) found.push(path);
  return found.sort();
}

function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8');
}

async function exists(path: string): Promise<boolean> {
  return stat(join(ROOT, path)).then(
    () => true,
    () => false,
  );
}
