import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function SignInPage() {
  return <UnfinishedPage />;
}
