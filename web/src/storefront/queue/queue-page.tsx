import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function QueuePage() {
  return <UnfinishedPage />;
}
