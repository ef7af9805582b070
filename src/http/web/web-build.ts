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
  /** What the sale page starts from: the storefront's, so that a first visit sees it as soon as it has come. */
  readonly salePageShell: string;
  /** What stands in `salePageShell` itself. */
  readonly salePageInline: { readonly style: string; readonly script: string };
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
  const modules = modulesOf(JSON.parse(manifest), SALE_PAGE);
  const { shell: salePageShell, inline: salePageInline } = await paintedFirst(storefront, clientDirectory, modules);
  return {
    clientDirectory,
    shells: { storefront, admin },
    queueShell,
    plainShell: withoutScripts(queueShell),
    salePageShell,
    salePageInline,
    paths: JSON.parse(paths),
    renderSalePage: renderer.renderSalePage,
    renderWithoutScripts: renderer.renderWithoutScripts,
  };
}

const LOADED_MODULES = /\s*(<script type="module"[^>]*><\/script>|<link rel="modulepreload"[^>]*>)/g;

/** What stands there for browsers without scripts, for all of them. */
function withoutScripts(shell: string): string {
  return withoutModules(shell).replace(/<\/?noscript>/g, '');
}

function withoutModules(shell: string): string {
  return shell.replace(LOADED_MODULES, '');
}

/**
 * The shell of a page that was rendered ahead: its one stylesheet stands in it, and its modules are loaded when it has
 * been painted. Until then they would take the line from what is to be seen.
 * @param modules of the page, beside those that the shell names
 */
async function paintedFirst(shell: string, clientDirectory: string, modules: readonly string[]) {
  const [link, stylePath] = /<link rel="stylesheet"[^>]* href="([^"]+)">/.exec(shell) ?? [];
  if (link === undefined || stylePath === undefined) throw new Error('the shell of the storefront names no stylesheet');
  const [, entry] = /<script type="module"[^>]* src="([^"]+)"/.exec(shell) ?? [];
  if (entry === undefined) throw new Error('the shell of the storefront names no script');
  const named = [...shell.matchAll(/<link rel="modulepreload"[^>]* href="([^"]+)"/g)].map(([, path = '']) => path);
  const style = (await readFile(join(clientDirectory, stylePath), 'utf8')).trim();
  const script = loadAfterPaint(
    entry,
    [...new Set([...named, ...modules])].filter((path) => path !== entry),
  );
  const painted = withoutModules(shell)
    .replace(link, '')
    .replace('<!--head-->', () => `<style>${style}</style><!--head-->`)
    .replace('</body>', () => `<script>${script}</script></body>`);
  return { shell: painted, inline: { style, script } };
}

/** A page that nobody sees is not painted, and loads at once. */
function loadAfterPaint(entry: string, modules: readonly string[]): string {
  return [
    '{const load=()=>{',
    `for(const href of ${JSON.stringify(modules)})`,
    "document.head.append(Object.assign(document.createElement('link'),{rel:'modulepreload',crossOrigin:'',href}));",
    `import(${JSON.stringify(entry)})};`,
    'document.hidden?load():requestAnimationFrame(()=>setTimeout(load))}',
  ].join('');
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
