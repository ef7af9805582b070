import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';

export type FileKind = 'log' | 'table' | 'manifest' | 'current';

/** `place` is a share of the file's size, from 0 up to but not including 1. */
export type Damage =
  | { readonly type: 'cut'; readonly kind: FileKind; readonly place: number }
  | { readonly type: 'flip'; readonly kind: FileKind; readonly place: number; readonly bit: number }
  | { readonly type: 'remove'; readonly kind: FileKind };

const IS_KIND: Readonly<Record<FileKind, (name: string) => boolean>> = {
  log: (name) => name.endsWith('.log'),
  table: (name) => name.endsWith('.ldb'),
  manifest: (name) => name.startsWith('MANIFEST'),
  current: (name) => name === 'CURRENT',
};

const place = fc.nat({ max: 999_999 }).map((millionths) => millionths / 1_000_000);
const bit = fc.nat({ max: 7 });

export function cuts(kind: FileKind): fc.Arbitrary<Damage> {
  return fc.record({ type: fc.constant('cut' as const), kind: fc.constant(kind), place });
}

export function flips(kind: FileKind): fc.Arbitrary<Damage> {
  return fc.record({ type: fc.constant('flip' as const), kind: fc.constant(kind), place, bit });
}

/** Copies a journal and does the damage to the largest file of its kind. */
export async function copyDamaged(from: string, to: string, damage: Damage): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  const path = await largestFile(to, damage.kind);
  if (damage.type === 'remove') return rm(path);
  const content = await readFile(path);
  const at = Math.floor(damage.place * content.length);
  if (damage.type === 'cut') return truncate(path, at);
  content.writeUInt8(content.readUInt8(at) ^ (1 << damage.bit), at);
  await writeFile(path, content);
}

async function largestFile(directory: string, kind: FileKind): Promise<string> {
  const names = (await readdir(directory)).filter(IS_KIND[kind]);
  const sized = await Promise.all(
    names.map(async (name) => ({ name, bytes: (await readFile(join(directory, name))).length })),
  );
  const largest = sized.sort((a, b) => b.bytes - a.bytes)[0];
  if (!largest || largest.bytes === 0) throw new Error(`${directory} has no ${kind}`);
  return join(directory, largest.name);
}
