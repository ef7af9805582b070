import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function VerifyPage() {
  return <UnfinishedPage />;
}
