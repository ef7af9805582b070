import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The application that a page belongs to. */
export type WebApplication = 'storefront' | 'admin';

/** What the build of `web` left for the gateway. */
export interface WebBuild {
  /** What browsers load: `assets/` under names that change with their content, and the files of `public`. */
  readonly clientDirectory: string;
  /** The page that each application starts from, with places for its head and its content. */
  readonly shells: Readonly<Record<WebApplication, string>>;
  /** The page that the waiting room starts from, with places for what is shown without scripts too. */
  readonly queueShell: string;
  /** Paths that an application answers, parameters as `:name`. */
  readonly paths: Readonly<Record<WebApplication, readonly string[]>>;
}

/** Null where nothing has been built. */
export async function loadWebBuild(directory: string): Promise<WebBuild | null> {
  const clientDirectory = join(directory, 'client');
  const paths = await readIfThere(join(directory, 'pages.json'));
  if (paths === null) return null;
  const shell = (name: string) => readFile(join(clientDirectory, `${name}.html`), 'utf8');
  const [storefront, admin, queueShell] = await Promise.all([shell('storefront'), shell('admin'), shell('queue')]);
  return { clientDirectory, shells: { storefront, admin }, queueShell, paths: JSON.parse(paths) };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
