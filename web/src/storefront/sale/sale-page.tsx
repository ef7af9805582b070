import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function SalePage() {
  return <UnfinishedPage />;
}
