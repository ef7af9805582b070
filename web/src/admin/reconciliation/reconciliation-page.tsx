import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function ReconciliationPage() {
  return <UnfinishedPage />;
}
