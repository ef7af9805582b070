import { UnfinishedPage } from '../../shared/unfinished-page.tsx';

export function AuditLogPage() {
  return <UnfinishedPage />;
}
