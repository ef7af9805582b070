import { renderToString } from 'react-dom/server';
import { StaticRouter } from 'react-router';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { EmptyState } from '../shared/empty-state.tsx';
import type { PageConfig } from '../shared/page-config.ts';
import { storefrontRoutes } from './routes.tsx';
import { Storefront } from './storefront.tsx';
import { StorefrontProviders } from './storefront-providers.tsx';
import { StorefrontShell } from './storefront-shell.tsx';
import { texts } from './texts.ts';

/** Makes ready what `renderSalePage` needs. */
export async function prepare(): Promise<void> {
  await storefrontRoutes.sale.preload();
}

/** The inside of the sale page's root element, the same that the browser begins with. */
export function renderSalePage(details: SaleDetails, config: PageConfig): string {
  return renderToString(
    <StorefrontProviders details={details}>
      <StaticRouter location={`/sales/${details.sale_id}`}>
        <Storefront config={config} />
      </StaticRouter>
    </StorefrontProviders>,
  );
}

/** What stands in the place of every other page where no scripts run. */
export function renderWithoutScripts(config: PageConfig): string {
  return renderToString(
    <noscript>
      <StorefrontShell config={config} path="/">
        <EmptyState isPage title={texts.needsScriptTitle}>
          {texts.pageNeedsScript}
        </EmptyState>
      </StorefrontShell>
    </noscript>,
  );
}
