import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function OrderPage() {
  return <UnfinishedPage />;
}
