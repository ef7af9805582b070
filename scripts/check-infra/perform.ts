import { type Check, CheckFailed } from './check.ts';
import { filesLike } from './files-like.ts';
import { BreakableCopy } from './proof.ts';
import type { Tool } from './tool.ts';

export interface Result {
  readonly check: string;
  readonly verdict: 'ok' | 'failed' | 'no tool';
  readonly files: number;
  /** Whether it was seen to object to a broken file. */
  readonly proven: boolean;
  readonly tookMs: number;
  /** What is wrong, or how to get the tool; null when all is well. */
  readonly advice: string | null;
}

interface Plan {
  readonly root: string;
  /** Also break a copy of a file, and see that the check objects. */
  readonly prove: boolean;
}

/** Runs one check. Whatever is wrong is in the result. */
export async function perform(check: Check, { root, prove }: Plan): Promise<Result> {
  const startedAt = performance.now();
  const files = await filesLike(check.files, root);
  const result = (verdict: Result['verdict'], proven: boolean, advice: string | null): Result => {
    return { check: check.name, verdict, files: files.length, proven, tookMs: performance.now() - startedAt, advice };
  };
  const paths = new Map(await Promise.all(check.tools.map(async (tool) => [tool, await tool.find()] as const)));
  const missing = check.tools.filter((tool) => !paths.get(tool));
  if (missing.length > 0) return result('no tool', false, missing.map(hintOf).join('\n'));
  try {
    if (files.length === 0) throw new CheckFailed(`no file matches ${check.files.join(', ')}`);
    const pathOf = (tool: Tool) => paths.get(tool) ?? tool.name;
    await check.run({ root, files, pathOf });
    if (prove) await proveOn(root, check, pathOf);
    return result('ok', prove, null);
  } catch (error) {
    if (error instanceof CheckFailed) return result('failed', false, error.message);
    throw error;
  }
}

async function proveOn(root: string, check: Check, pathOf: (tool: Tool) => string): Promise<void> {
  const copy = await BreakableCopy.of(root);
  try {
    const files = await filesLike(check.files, copy.root);
    await copy.expectObjection(check.breakage, () => check.run({ root: copy.root, files, pathOf }));
  } finally {
    await copy.remove();
  }
}

function hintOf({ name, howToGet }: Tool): string {
  return `${name} is not on this machine: ${howToGet}`;
}
