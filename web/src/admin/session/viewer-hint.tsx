import { Notice } from '../../shared/notice.tsx';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { useRole } from './use-role.ts';

/** Above what a viewer cannot press: says why. */
export function ViewerHint() {
  if (useRole() !== 'viewer') return null;
  return (
    <div className="mb-4">
      <Notice title={texts.viewerTitle}>{texts.viewerDetail}</Notice>
    </div>
  );
}
