import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function LiveSalePage() {
  return <UnfinishedPage />;
}
