import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function SalesPage() {
  return <UnfinishedPage />;
}
