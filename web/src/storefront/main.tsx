import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { readPageConfig, readPageData } from '../shared/page-config.ts';
import { recogniseBuyer } from './buyer/sign-in.ts';
import { storefrontRoutes } from './routes.tsx';
import { Storefront } from './storefront.tsx';
import { StorefrontProviders } from './storefront-providers.tsx';
import '../shared/theme.css';

const root = document.getElementById('root');
if (root) {
  recogniseBuyer();
  await start(root);
}

/** Takes over a page that was rendered ahead, with the code that it needs at once; any other begins here. */
async function start(element: HTMLElement): Promise<void> {
  const details = readPageData<SaleDetails>('tidegate-sale');
  const app = (
    <StrictMode>
      <StorefrontProviders details={details}>
        <BrowserRouter>
          <Storefront config={readPageConfig()} />
        </BrowserRouter>
      </StorefrontProviders>
    </StrictMode>
  );
  if (!details) return void createRoot(element).render(app);
  await storefrontRoutes.sale.preload();
  hydrateRoot(element, app);
}
