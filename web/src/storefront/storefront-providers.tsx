import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SaleDetails } from '#sdk/contract/sale.ts';
import { createQueryClient } from '../shared/query-client.ts';
import { saleKey } from './sale/sale-key.ts';

interface ProvidersProps {
  /** The sale that the page was rendered for; null where it was not. */
  readonly details: SaleDetails | null;
  readonly children: ReactNode;
}

/** What all pages of the storefront share, in the browser and where they are rendered ahead. */
export function StorefrontProviders({ details, children }: ProvidersProps) {
  const [client] = useState(() => {
    const created = createQueryClient();
    if (details) created.setQueryData(saleKey(details.sale_id), details);
    return created;
  });
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
