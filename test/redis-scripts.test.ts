import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const LUA = new URL('../src/store/redis/lua/', import.meta.url);
const DOMAIN = new URL('../src/domain/', import.meta.url);

/** Types whose string codes scripts write or answer with. */
const CODE_TYPES: readonly [file: string, type: string][] = [
  ['purchase', 'PurchaseRefusal'],
  ['settlement', 'SettlementOutcome'],
  ['sale-change', 'ChangeOutcome'],
  ['sale-change', 'PrepareRefusal'],
  ['sale', 'SaleState'],
  ['order', 'OrderState'],
  ['queueing', 'PlaceState'],
  ['queueing', 'QueueRefusal'],
  ['queueing', 'JoinOutcome'],
  ['queueing', 'FindOutcome'],
  ['queueing', 'AdmitOutcome'],
  ['order-event', 'SaleChange'],
  ['order-event', 'OrderChangeType'],
];
/** Made by recovery, which writes its events itself. */
const NOT_IN_SCRIPTS = new Set(['order_restored', 'rebuilt', 'begun']);

/** What scripts say to their callers alone. */
const OF_SCRIPTS = new Set(['order_id_in_use']);

/** The quoted words of the declaration of a type. */
function codesOf([file, type]: readonly [file: string, type: string]): string[] {
  const source = readFileSync(new URL(`${file}.ts`, DOMAIN), 'utf8');
  const declaration = new RegExp(`type ${type} =([\\s\\S]*?);\\n(?! )`).exec(source)?.[1];
  if (!declaration) throw new Error(`${file}.ts declares no ${type}`);
  return [...declaration.matchAll(/'([a-z_]+)'/g)].map(([, code = '']) => code);
}

/** Without comments. */
function scripts(): string {
  const names = readdirSync(LUA, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.lua'));
  return names.map((name) => readFileSync(new URL(name, LUA), 'utf8').replace(/--.*$/gm, '')).join('\n');
}

const known = new Set(CODE_TYPES.flatMap(codesOf));
const source = scripts();

test('every code that a caller of the store can be told is told by some script', () => {
  const missing = [...known].filter((code) => !NOT_IN_SCRIPTS.has(code) && !new RegExp(`\\b${code}\\b`).test(source));
  expect(missing).toEqual([]);
});

test('scripts answer with codes that TypeScript knows', () => {
  const answered = [
    ...source.matchAll(/"code":"([a-z_]+)"/g),
    ...source.matchAll(/refusal_of\('([a-z_]+)'/g),
    ...source.matchAll(/events\.add\(sale, '([a-z_]+)'/g),
    ...source.matchAll(/orders\.change\('([a-z_]+)'/g),
    ...source.matchAll(/settlement\.change\(order, '([a-z_]+)'/g),
    ...source.matchAll(/\bstate = '([a-z_]+)'/g),
    ...source.matchAll(/(?:= |return )'((?:sale|order|payment|sold|not|used|no)_[a-z_]+)'/g),
  ].map(([, code = '']) => code);
  expect(answered.length).toBeGreaterThan(20);
  expect(answered.filter((code) => !known.has(code) && !OF_SCRIPTS.has(code))).toEqual([]);
});

test('every script says what it is given and what it returns', () => {
  const names = readdirSync(LUA, { encoding: 'utf8' }).filter((name) => name.endsWith('.lua'));
  const silent = names.filter((name) => {
    const text = readFileSync(new URL(name, LUA), 'utf8');
    return !/^#!lua.*\n(--.*\n)*-- KEYS: .*\n-- ARGV: now(.*\n)(--.*\n)*?-- Returns: /.test(text);
  });
  expect(silent).toEqual([]);
});
