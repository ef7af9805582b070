import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function WebhooksPage() {
  return <UnfinishedPage />;
}
