import type { Tool } from './tool.ts';

/** The files of a check are not what they should be. The message is what its tool said. */
export class CheckFailed extends Error {
  readonly code = 'check_failed';
  readonly retryable = false;
}

export interface Check {
  /** As the table shows it. */
  readonly name: string;
  /** Globs of what it looks at. A check that finds no file fails: it would check nothing. */
  readonly files: readonly string[];
  /** Each must be on the machine. */
  readonly tools: readonly Tool[];
  /** Looks at a tree. Throws `CheckFailed`. */
  run(tree: Tree): Promise<void>;
  /** What it must object to. */
  readonly breakage: Breakage;
}

/** What a check gets to see: this repository, or a copy of it. */
interface Tree {
  /** Absolute. */
  readonly root: string;
  /** Those of the check's globs, relative to the root, sorted. */
  readonly files: readonly string[];
  /** Where the tool that the check named is. */
  pathOf(tool: Tool): string;
}

/** One mistake in one file, as somebody might make it. */
export interface Breakage {
  readonly file: string;
  /** Stands in the file. */
  readonly replace: string;
  readonly by: string;
}
