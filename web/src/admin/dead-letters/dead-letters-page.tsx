import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function DeadLettersPage() {
  return <UnfinishedPage />;
}
