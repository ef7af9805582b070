import { ViewerNotice } from '../parts/viewer-notice.tsx';
import { useRole } from './use-role.ts';

/** Above what a viewer cannot press. */
export function ViewerHint() {
  if (useRole() !== 'viewer') return null;
  return (
    <div className="mb-4">
      <ViewerNotice />
    </div>
  );
}
