import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function OrdersPage() {
  return <UnfinishedPage />;
}
