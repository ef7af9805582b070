import { cp, glob, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { matchesGlob } from 'node:path/posix';
import { CheckFailed } from '../check.ts';

/** What a build gets to see of a directory: what its .dockerignore leaves. */
export class BuildContext {
  readonly #root: string;
  /** Relative to the root. */
  readonly #files: readonly string[];

  private constructor(root: string, files: readonly string[]) {
    this.#root = root;
    this.#files = files;
  }

  static async of(root: string): Promise<BuildContext> {
    const ignore = await readFile(join(root, '.dockerignore'), 'utf8');
    const patterns = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const kept = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
    const files: string[] = [];
    // As the file begins with `*`, nothing else can be in the context.
    const candidates = glob(
      kept.flatMap((path) => [path, `${path}/**`]),
      {
        cwd: root,
        exclude: ['**/node_modules/**', '**/node_modules'],
        withFileTypes: true,
      },
    );
    for await (const entry of candidates) {
      const path = join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, '');
      if (entry.isFile() && isKept(path, patterns)) files.push(path);
    }
    return new BuildContext(root, files);
  }

  /** Copies a file, or what is in a directory. Throws `CheckFailed` if there is nothing of the name. */
  async copy(source: string, target: string): Promise<void> {
    const isFile = this.#files.includes(source);
    const found = isFile ? [source] : this.#files.filter((file) => file.startsWith(`${source}/`));
    if (found.length === 0) throw new CheckFailed(`COPY ${source}: there is no such thing in the build's context`);
    for (const file of found) {
      const to = isFile ? await fileTarget(file, target) : join(target, file.slice(source.length));
      await cp(join(this.#root, file), to);
    }
  }
}

async function fileTarget(file: string, target: string): Promise<string> {
  const intoDirectory =
    target.endsWith('/') ||
    (await stat(target).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  return intoDirectory ? join(target, file.slice(dirname(file) === '.' ? 0 : dirname(file).length)) : target;
}

/** The last pattern that matches decides. */
function isKept(path: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((pattern) => {
    const bare = pattern.replace(/^!/, '');
    return matchesGlob(path, bare) || matchesGlob(path, `${bare}/**`);
  });
  return last === undefined || last.startsWith('!');
}
