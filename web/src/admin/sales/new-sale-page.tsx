import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function NewSalePage() {
  return <UnfinishedPage />;
}
