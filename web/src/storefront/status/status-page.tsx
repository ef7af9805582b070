import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function StatusPage() {
  return <UnfinishedPage />;
}
