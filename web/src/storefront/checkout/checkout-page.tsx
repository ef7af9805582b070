import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function CheckoutPage() {
  return <UnfinishedPage />;
}
