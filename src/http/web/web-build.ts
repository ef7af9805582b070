import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SaleDetails } from '#sdk/contract/sale.ts';

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
  /** A page without any script, with places for its head and what it shows; styled as the waiting room is. */
  readonly plainShell: string;
  /** Paths that an application answers with its shell, parameters as `:name`. */
  readonly paths: Readonly<Record<WebApplication, readonly string[]>>;
  /** What the sale page starts from: the storefront's, with its styles in the page, for they are what a first visit waits for. */
  readonly salePageShell: string;
  /** The styles in `salePageShell`. */
  readonly salePageStyle: string;
  /** Modules of the sale page, beside those that its shell names. */
  readonly salePageModules: readonly string[];
  /** The inside of the sale page's root element, as HTML. */
  readonly renderSalePage: (details: SaleDetails, config: unknown) => string;
  /** The inside of the storefront's root element for browsers that run no scripts, as HTML. */
  readonly renderWithoutScripts: (config: unknown) => string;
}

/** The parts of Vite's manifest that are used here, by source. */
type Manifest = Readonly<Record<string, { readonly file: string; readonly imports?: readonly string[] }>>;

const SALE_PAGE = 'src/storefront/sale/sale-page.tsx';

/** Null where nothing has been built. */
export async function loadWebBuild(directory: string): Promise<WebBuild | null> {
  const clientDirectory = join(directory, 'client');
  const paths = await readIfThere(join(directory, 'pages.json'));
  if (paths === null) return null;
  const read = (name: string) => readFile(join(clientDirectory, name), 'utf8');
  const [storefront, admin, queueShell, manifest, renderer] = await Promise.all([
    read('storefront.html'),
    read('admin.html'),
    read('queue.html'),
    read('manifest.json'),
    import(pathToFileURL(join(directory, 'server/prerender.js')).href),
  ]);
  await renderer.prepare();
  const { shell: salePageShell, style: salePageStyle } = await withStyleInPage(storefront, clientDirectory);
  return {
    clientDirectory,
    shells: { storefront, admin },
    queueShell,
    plainShell: withoutScripts(queueShell),
    salePageShell,
    salePageStyle,
    paths: JSON.parse(paths),
    salePageModules: modulesOf(JSON.parse(manifest), SALE_PAGE).filter((path) => !storefront.includes(path)),
    renderSalePage: renderer.renderSalePage,
    renderWithoutScripts: renderer.renderWithoutScripts,
  };
}

/** What stands there for browsers without scripts, for all of them. */
function withoutScripts(shell: string): string {
  const loaded = /\s*(<script type="module"[^>]*><\/script>|<link rel="modulepreload"[^>]*>)/g;
  return shell.replace(loaded, '').replace(/<\/?noscript>/g, '');
}

/** Puts the one stylesheet that a shell names into the shell, ahead of its scripts. */
async function withStyleInPage(shell: string, clientDirectory: string) {
  const [link, path] = /<link rel="stylesheet"[^>]* href="([^"]+)">/.exec(shell) ?? [];
  if (link === undefined || path === undefined) throw new Error('the shell of the storefront names no stylesheet');
  const style = (await readFile(join(clientDirectory, path), 'utf8')).trim();
  const bare = shell.replace(link, '');
  return { shell: bare.replace('<!--head-->', () => `<style>${style}</style><!--head-->`), style };
}

/** A module with all that it imports, as the browser asks for them. */
function modulesOf(manifest: Manifest, source: string): string[] {
  const sources = new Set([source]);
  // What is added on the way is visited too.
  for (const one of sources) for (const imported of manifest[one]?.imports ?? []) sources.add(imported);
  return [...sources].flatMap((one) => (manifest[one] ? `/${manifest[one].file}` : []));
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
