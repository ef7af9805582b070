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
  /** Paths that an application answers, parameters as `:name`. */
  readonly paths: Readonly<Record<WebApplication, readonly string[]>>;
}

/** Null where nothing has been built. */
export async function loadWebBuild(directory: string): Promise<WebBuild | null> {
  const clientDirectory = join(directory, 'client');
  const paths = await readIfThere(join(directory, 'pages.json'));
  if (paths === null) return null;
  const [storefront, admin] = await Promise.all([
    readFile(join(clientDirectory, 'storefront.html'), 'utf8'),
    readFile(join(clientDirectory, 'admin.html'), 'utf8'),
  ]);
  return { clientDirectory, shells: { storefront, admin }, paths: JSON.parse(paths) };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
