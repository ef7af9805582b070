import { glob } from 'node:fs/promises';

/** Paths relative to `root`, sorted. */
export async function filesLike(globs: readonly string[], root: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(globs, { cwd: root, exclude: ['**/node_modules/**'] })) files.push(file);
  return files.sort();
}
