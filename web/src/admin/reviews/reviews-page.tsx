import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function ReviewsPage() {
  return <UnfinishedPage />;
}
