import { useState } from 'react';
import type { Review } from '#sdk/contract/review.ts';
import { Notice } from '../../shared/notice.tsx';
import { ActionButton } from '../session/action-button.tsx';
import { reviewTexts as texts } from '../texts/review-texts.ts';
import { useDecide, type Verdict } from './use-decide.ts';
import { VerdictDialog } from './verdict-dialog.tsx';

/** Clears or cancels the order of a review, and says what became of that. */
export function DecideOne({ review: { order_id: orderId, status } }: { readonly review: Review }) {
  const { decide, busy, outcome } = useDecide();
  const [asking, setAsking] = useState<Verdict | null>(null);
  const confirm = async (verdict: Verdict, note: string | undefined) => {
    await decide([orderId], { verdict, note });
    setAsking(null);
  };
  const failure = outcome?.failed[0];
  return (
    <>
      {outcome && (
        <Notice
          tone={failure ? 'critical' : 'positive'}
          title={failure ? texts.failed : DONE[outcome.command.verdict]}
          live
        >
          {failure?.detail}
        </Notice>
      )}
      {status === 'open' && (
        <div className="flex flex-wrap gap-3">
          <ActionButton onClick={() => setAsking('clear')}>{texts.clear}</ActionButton>
          <ActionButton look="secondary" onClick={() => setAsking('cancel')}>
            {texts.cancel}
          </ActionButton>
        </div>
      )}
      <VerdictDialog
        verdict={asking}
        count={1}
        busy={busy}
        onClose={() => setAsking(null)}
        onConfirm={(note) => asking && void confirm(asking, note)}
      />
    </>
  );
}

const DONE: Readonly<Record<Verdict, string>> = { clear: texts.clearDone, cancel: texts.cancelDone };
