import { Notice } from '../../shared/notice.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';
import { shortId } from './copy-id.tsx';
import type { BulkOutcome } from './use-bulk.ts';

interface BulkReportProps {
  readonly outcome: BulkOutcome;
  /** `2 replayed`. */
  readonly done: string;
}

/** What became of several entries. */
export function BulkReport({ outcome: { done, failed }, done: doneText }: BulkReportProps) {
  return (
    <Notice tone={failed.length === 0 ? 'positive' : 'caution'} {...(done.length > 0 && { title: doneText })} live>
      {failed.length > 0 && (
        <div className="grid gap-1">
          <p>{texts.failedOnes(failed.length)}</p>
          <ul className="grid gap-1">
            {failed.map(({ id, detail }) => (
              <li key={id}>
                <code className="font-mono">{shortId(id)}</code> {detail}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Notice>
  );
}
