import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function HomePage() {
  return <UnfinishedPage />;
}
