import { basename } from 'node:path/posix';
import { expect, test } from 'vitest';
import { importsOf, readSources, type SourceFile } from './support/source-imports.ts';

/** The parts of the house. A file belongs to the first part whose pattern it matches. */
const PARTS = {
  'draw arithmetic': /^src\/domain\/draw\.ts$/,
  domain: /^src\/domain\//,
  capacity: /^src\/capacity\//,
  port: /^src\/(store\/store|order-log\/order-log|payment\/payment-provider|notify\/(notifier|analytics)|beacon\/beacon|cdn\/page-cache|anti-bot\/captcha|anti-bot\/tallies|figures\/figure-exchange)\.ts$/,
  'simulated provider': /^src\/payment\/simulated\//,
  'payment adapter': /^src\/payment\/http\//,
  'payment protocol': /^src\/payment\//,
  signing: /^src\/signing\//,
  'store adapter': /^src\/store\//,
  'order log adapter': /^src\/order-log\//,
  'notify adapter': /^src\/notify\//,
  'beacon adapter': /^src\/beacon\//,
  'figures adapter': /^src\/figures\//,
  'cdn adapter': /^src\/cdn\//,
  'database adapter': /^src\/database\/.*(postgres|pglite)/,
  database: /^src\/database\//,
  telemetry: /^src\/telemetry\//,
  config: /^src\/config\//,
  resilience: /^src\/resilience\//,
  engine: /^src\/engine\//,
  processor: /^src\/processor\//,
  'captcha adapter': /^src\/anti-bot\/siteverify-captcha\.ts$/,
  'tallies adapter': /^src\/anti-bot\/(memory|redis)\//,
  'anti-bot': /^src\/anti-bot\//,
  http: /^src\/http\//,
  app: /^src\/app(\.ts$|\/)/,
  cli: /^src\/cli\//,
  sdk: /^sdk\/src\//,
  'web shared': /^web\/src\/shared\//,
  storefront: /^web\/src\/storefront\//,
  console: /^web\/src\/admin\//,
} as const;

type Part = keyof typeof PARTS;

const BASE: readonly Part[] = ['domain', 'draw arithmetic', 'telemetry', 'config'];
const ADAPTERS: readonly Part[] = [
  'store adapter',
  'order log adapter',
  'payment adapter',
  'simulated provider',
  'notify adapter',
  'beacon adapter',
  'figures adapter',
  'cdn adapter',
  'captcha adapter',
  'tallies adapter',
  'database adapter',
];

/** Which other parts a part may import: those below it, past a neighbour too. Its own files it always may. */
const MAY_IMPORT: Readonly<Record<Part, readonly Part[]>> = {
  'draw arithmetic': ['domain'],
  domain: ['draw arithmetic'],
  capacity: [],
  sdk: [],
  telemetry: ['domain', 'draw arithmetic'],
  config: ['domain'],
  resilience: ['telemetry'],
  port: ['domain', 'draw arithmetic'],
  signing: [],
  'payment protocol': ['domain', 'port', 'signing'],
  'store adapter': [...BASE, 'port', 'resilience'],
  'order log adapter': [...BASE, 'port', 'resilience'],
  'payment adapter': [...BASE, 'port', 'payment protocol', 'resilience', 'signing'],
  'simulated provider': [...BASE, 'port', 'payment protocol', 'signing'],
  'notify adapter': [...BASE, 'port', 'resilience', 'signing'],
  'beacon adapter': [...BASE, 'port'],
  'figures adapter': [...BASE, 'port'],
  'cdn adapter': [...BASE, 'port', 'resilience'],
  'captcha adapter': [...BASE, 'port', 'resilience'],
  'tallies adapter': [...BASE, 'port'],
  'database adapter': [...BASE, 'database'],
  database: BASE,
  engine: [...BASE, 'port', 'database', 'anti-bot', 'resilience'],
  'anti-bot': [...BASE, 'port'],
  processor: [...BASE, 'port', 'database', 'engine', 'resilience'],
  http: [...BASE, 'port', 'database', 'engine', 'anti-bot', 'payment protocol', 'sdk'],
  app: [...BASE, ...ADAPTERS, 'port', 'database', 'engine', 'anti-bot', 'processor', 'http', 'payment protocol'],
  'web shared': ['sdk'],
  // What a browser checks a draw with is the very code that made it.
  storefront: ['web shared', 'sdk', 'draw arithmetic'],
  console: ['web shared', 'sdk'],
  cli: [...BASE, 'capacity', 'app', 'http', 'database', 'port', 'simulated provider', 'beacon adapter', 'sdk'],
};

/** Packages for the parts that are kept pure. The others choose for themselves. */
const MAY_IMPORT_PACKAGES: Readonly<Partial<Record<Part, readonly string[]>>> = {
  'draw arithmetic': ['@noble/hashes'],
  domain: ['tinyqueue', '@noble/hashes'],
  port: [],
  capacity: ['typebox', 'tinyqueue', 'hdr-histogram-js'],
  engine: ['node:crypto', 'node:timers', 'node:util', 'kysely'],
};

/** The parts that answer or speak HTTP themselves; elsewhere a refusal has a code of its own and no status. */
const SPEAKS_HTTP: readonly Part[] = [
  'http',
  'payment adapter',
  'payment protocol',
  'captcha adapter',
  'notify adapter',
  'simulated provider',
  'beacon adapter',
  'cdn adapter',
  'cli',
  'sdk',
  'web shared',
  'storefront',
  'console',
];
const STATUS = /\b(?:status(?:Code)?['"]?\s*(?:[:=(]|===|!==|>=|<)\s*|\.code\(\s*)[1-5]\d\d\b/;

const VAGUE_NAMES = ['index.ts', 'utils.ts', 'helpers.ts', 'types.ts', 'common.ts'];

test('imports point one way', () => {
  expect([...readSources('src'), ...readSources('sdk/src'), ...readSources('web/src')].flatMap(violationsOf)).toEqual(
    [],
  );
});

const FORBIDDEN: readonly [path: string, text: string, violation: string][] = [
  ['src/domain/a.ts', "import { b } from '../engine/b.ts';", 'domain must not import engine'],
  ['src/domain/a.ts', "import type {\n  B,\n} from '../store/store.ts';", 'domain must not import port'],
  ['src/domain/a.ts', "import { readFile } from 'node:fs';", 'domain must not import node:fs'],
  ['src/domain/a.ts', "import pino from 'pino';", 'domain must not import pino'],
  ['src/capacity/a.ts', "import { b } from '../engine/b.ts';", 'capacity must not import engine'],
  ['src/capacity/a.ts', "import { readFile } from 'node:fs/promises';", 'capacity must not import node:fs/promises'],
  ['src/store/store.ts', "import type { B } from '../telemetry/b.ts';", 'port must not import telemetry'],
  ['src/notify/notifier.ts', "import { b } from '../database/b.ts';", 'port must not import database'],
  ['src/telemetry/a.ts', "import { b } from '../engine/b.ts';", 'telemetry must not import engine'],
  ['src/config/a.ts', "export { b } from '../telemetry/b.ts';", 'config must not import telemetry'],
  ['src/database/a.ts', "import { b } from '../engine/b.ts';", 'database must not import engine'],
  ['src/database/a.ts', "import { b } from './postgres.ts';", 'database must not import database adapter'],
  ['src/engine/a.ts', "import { b } from '../store/embedded/b.ts';", 'engine must not import store adapter'],
  ['src/engine/a.ts', "import { b } from '../order-log/kafka/b.ts';", 'engine must not import order log adapter'],
  ['src/engine/a.ts', "import { b } from '../payment/http/b.ts';", 'engine must not import payment adapter'],
  ['src/engine/a.ts', "import { b } from '../database/postgres.ts';", 'engine must not import database adapter'],
  ['src/engine/a.ts', "import type { B } from '../http/b.ts';", 'engine must not import http'],
  ['src/engine/a.ts', "import { b } from '#sdk/contract/b.ts';", 'engine must not import sdk'],
  ['src/engine/a.ts', "const b = await import('../processor/b.ts');", 'engine must not import processor'],
  ['src/engine/a.ts', "import { fastify } from 'fastify';", 'engine must not import fastify'],
  ['src/engine/a.ts', "import { b } from '../beacon/drand/b.ts';", 'engine must not import beacon adapter'],
  ['src/http/a.ts', "import { b } from '../figures/redis/b.ts';", 'http must not import figures adapter'],
  ['src/http/a.ts', "import { b } from '../anti-bot/redis/b.ts';", 'http must not import tallies adapter'],
  ['src/http/a.ts', "import { b } from '../cdn/http/b.ts';", 'http must not import cdn adapter'],
  ['src/processor/a.ts', "import { b } from '../http/b.ts';", 'processor must not import http'],
  ['src/processor/a.ts', "import { b } from '../notify/smtp/b.ts';", 'processor must not import notify adapter'],
  ['src/http/public/a.ts', "import { b } from '../../store/redis/b.ts';", 'http must not import store adapter'],
  ['src/http/a.ts', "import { b } from '../processor/b.ts';", 'http must not import processor'],
  ['src/http/a.ts', "import { b } from '../app.ts';", 'http must not import app'],
  [
    'src/store/embedded/a.ts',
    "import { b } from '../redis/../../engine/b.ts';",
    'store adapter must not import engine',
  ],
  [
    'src/payment/http/a.ts',
    "import { b } from '../simulated/b.ts';",
    'payment adapter must not import simulated provider',
  ],
  ['src/app.ts', "import { b } from './cli/b.ts';", 'app must not import cli'],
  ['src/app/a.ts', "import { b } from '../cli/b.ts';", 'app must not import cli'],
  ['src/cli/a.ts', "import { b } from '../store/embedded/b.ts';", 'cli must not import store adapter'],
  [
    'src/cli/a.ts',
    "new Worker(new URL('../database/pglite-worker.ts', import.meta.url));",
    'cli must not import database adapter',
  ],
  ['src/http/a.ts', "import { b } from '../../web/src/storefront/b.ts';", 'http must not import storefront'],
  ['web/src/shared/a.tsx', "import { B } from '../storefront/b.tsx';", 'web shared must not import storefront'],
  ['web/src/storefront/a.tsx', "import { B } from '../admin/b.tsx';", 'storefront must not import console'],
  ['web/src/admin/a.tsx', "import { b } from '../../../src/domain/b.ts';", 'console must not import domain'],
  ['src/stray.ts', '', 'belongs to no part'],
  ['src/engine/utils.ts', '', 'has a name that says nothing'],
  ['src/engine/a.ts', 'export default function () {}', 'has a default export'],
  ['src/engine/a.ts', 'reply.status(404);', 'names an HTTP status'],
  ['src/engine/a.ts', 'return { status: 409 };', 'names an HTTP status'],
  ['src/engine/a.ts', 'reply.code(503);', 'names an HTTP status'],
];

test.each(FORBIDDEN)('%s with %j is reported', (path, text, violation) => {
  expect(violationsOf({ path, text })).toEqual([`${path} ${violation}`]);
});

test('what is allowed is not reported', () => {
  const text = "import TinyQueue from 'tinyqueue';\nimport { b } from './b.ts';\n// from '../engine/c.ts'\n";
  expect(violationsOf({ path: 'src/domain/a.ts', text })).toEqual([]);
  const composed = "import { b } from './store/embedded/b.ts';\nimport { c } from './http/c.ts';\n";
  expect(violationsOf({ path: 'src/app.ts', text: composed })).toEqual([]);
});

function violationsOf(file: SourceFile): string[] {
  const part = partOf(file.path);
  if (!part) return [`${file.path} belongs to no part`];
  const forbidden = importsOf(file).flatMap((target) => forbiddenImport(part, target));
  const problems = forbidden.map((target) => `${part} must not import ${target}`);
  if (VAGUE_NAMES.includes(basename(file.path))) problems.push('has a name that says nothing');
  if (hasDefaultExport(file)) problems.push('has a default export');
  if (!SPEAKS_HTTP.includes(part) && STATUS.test(file.text)) problems.push('names an HTTP status');
  return problems.map((problem) => `${file.path} ${problem}`);
}

function partOf(path: string): Part | undefined {
  return (Object.keys(PARTS) as Part[]).find((part) => PARTS[part].test(path));
}

/** The name of the part or package that is imported against the rules; nothing if it may be. */
function forbiddenImport(part: Part, target: string): string[] {
  if (!/^(src|sdk|web)\//.test(target)) {
    const packages = MAY_IMPORT_PACKAGES[part];
    return packages && !packages.some((name) => target === name || target.startsWith(`${name}/`)) ? [target] : [];
  }
  const imported = partOf(target);
  if (imported === part || (imported && MAY_IMPORT[part].includes(imported))) return [];
  return [imported ?? target];
}

/** Kysely's migrations have no other way in; see biome.json. */
function hasDefaultExport({ path, text }: SourceFile): boolean {
  return /^export default\b/m.test(text) && !path.startsWith('src/database/migrations/');
}
