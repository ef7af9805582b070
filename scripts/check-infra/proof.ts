import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Breakage } from './check.ts';
import { CheckFailed } from './check.ts';
import { runProgram } from './run-program.ts';

/** A copy of what is in the repository, whose files may be broken. */
export class BreakableCopy {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  static async of(root: string): Promise<BreakableCopy> {
    const copy = await mkdtemp(join(tmpdir(), 'tidegate-infra-'));
    const listed = await runProgram('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
    });
    const files = listed.split('\0').filter(Boolean);
    for (const file of files) await cp(join(root, file), join(copy, file));
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    return new BreakableCopy(copy);
  }

  /** Runs `check` while the file is broken, and expects that it fails. */
  async expectObjection({ file, replace, by }: Breakage, check: () => Promise<void>): Promise<void> {
    const path = join(this.root, file);
    const sound = await readFile(path, 'utf8');
    if (!sound.includes(replace)) throw new CheckFailed(`cannot be proven: ${file} has no ${JSON.stringify(replace)}`);
    await writeFile(
      path,
      sound.replace(replace, () => by),
    );
    try {
      if (await passes(check)) throw new CheckFailed(`does not object to ${JSON.stringify(by)} in ${file}`);
    } finally {
      await writeFile(path, sound);
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true });
  }
}

async function passes(check: () => Promise<void>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    if (error instanceof CheckFailed) return false;
    throw error;
  }
}
