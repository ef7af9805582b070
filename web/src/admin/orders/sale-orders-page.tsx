import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function SaleOrdersPage() {
  return <UnfinishedPage />;
}
