import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function VersionPage() {
  return <UnfinishedPage />;
}
