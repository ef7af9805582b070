import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { BulkBar } from '../parts/bulk-bar.tsx';
import { BulkReport } from '../parts/bulk-report.tsx';
import type { Selection } from '../parts/use-selection.ts';
import { reviewTexts as texts } from '../texts/review-texts.ts';
import { useDecide, type Verdict } from './use-decide.ts';
import { VerdictDialog } from './verdict-dialog.tsx';

interface DecideReviewsProps {
  readonly selection: Selection;
  /** Of all that is shown and open. */
  readonly ids: readonly string[];
}

/** One word on several orders, and what became of each. What failed stays chosen. */
export function DecideReviews({ selection, ids }: DecideReviewsProps) {
  const { decide, busy, progress, outcome } = useDecide();
  const [asking, setAsking] = useState<Verdict | null>(null);
  const chosen = ids.filter((id) => selection.ids.has(id));
  const confirm = async (verdict: Verdict, note: string | undefined) => {
    const { failed } = await decide(chosen, { verdict, note });
    selection.set(failed.map(({ id }) => id));
    setAsking(null);
  };
  return (
    <>
      {outcome && <BulkReport outcome={outcome} done={DONE[outcome.command.verdict](outcome.done.length)} />}
      <BulkBar count={chosen.length} ids={ids} onSelect={selection.set} progress={progress}>
        <Button look="secondary" disabled={busy} onClick={() => setAsking('cancel')}>
          {texts.cancel}
        </Button>
        <Button disabled={busy} onClick={() => setAsking('clear')}>
          {texts.clear}
        </Button>
      </BulkBar>
      <VerdictDialog
        verdict={asking}
        count={chosen.length}
        busy={busy}
        onClose={() => setAsking(null)}
        onConfirm={(note) => asking && void confirm(asking, note)}
      />
    </>
  );
}

const DONE: Readonly<Record<Verdict, (count: number) => string>> = {
  clear: texts.clearedCount,
  cancel: texts.cancelledCount,
};
