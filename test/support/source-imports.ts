import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

export interface SourceFile {
  /** From the root of the repository: `src/domain/sale.ts`. */
  readonly path: string;
  readonly text: string;
}

const STATIC = /^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*'([^']+)'/gm;
const DYNAMIC = /\bimport\(\s*'([^']+)'\s*\)/g;
const BESIDE = /\bnew URL\(\s*'([^']+)',\s*import\.meta\.url\s*\)/g;

/** Every TypeScript file of a folder, tests left out. */
export function readSources(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') }));
}

/** What a file imports, types too: paths from the root for files of ours, the package's name for others. */
export function importsOf({ path, text }: SourceFile): string[] {
  const specifiers = [STATIC, DYNAMIC, BESIDE].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? ''),
  );
  return specifiers.map((specifier) => {
    if (specifier.startsWith('.')) return normalize(join(dirname(path), specifier));
    if (specifier.startsWith('#sdk/')) return specifier.replace('#sdk/', 'sdk/src/');
    return specifier;
  });
}
