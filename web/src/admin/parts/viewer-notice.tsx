import { Notice } from '../../shared/notice.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';

/** Says why there is nothing to press. */
export function ViewerNotice() {
  return <Notice title={texts.viewerTitle}>{texts.viewerDetail}</Notice>;
}
