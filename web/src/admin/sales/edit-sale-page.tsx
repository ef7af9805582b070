import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function EditSalePage() {
  return <UnfinishedPage />;
}
