import { renderToString } from 'react-dom/server';
import { StaticRouter } from 'react-router';
import type { PageConfig } from '../shared/page-config.ts';
import { storefrontRoutes } from './routes.tsx';
import { Storefront } from './storefront.tsx';

/** Makes ready what `renderPage` needs. */
export async function prepare(): Promise<void> {
  await storefrontRoutes.sale.preload();
}

/** The inside of the root element, for a path of the storefront. */
export function renderPage(path: string, config: PageConfig): string {
  return renderToString(
    <StaticRouter location={path}>
      <Storefront config={config} />
    </StaticRouter>,
  );
}
