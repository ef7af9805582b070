import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { BulkBar } from '../parts/bulk-bar.tsx';
import { BulkReport } from '../parts/bulk-report.tsx';
import type { Selection } from '../parts/use-selection.ts';
import { deadLetterTexts as texts } from '../texts/dead-letter-texts.ts';
import { DiscardDialog } from './discard-dialog.tsx';
import { type Action, useResolve } from './use-resolve.ts';

interface ResolveSelectedProps {
  readonly selection: Selection;
  /** Of all that is shown. */
  readonly ids: readonly string[];
}

/** Replays or discards those that are chosen, and tells what became of each. What failed stays chosen. */
export function ResolveSelected({ selection, ids }: ResolveSelectedProps) {
  const { resolve, busy, progress, outcome } = useResolve();
  const [asking, setAsking] = useState(false);
  const chosen = ids.filter((id) => selection.ids.has(id));
  const run = async (action: Action) => {
    const { failed } = await resolve(chosen, action);
    selection.set(failed.map(({ id }) => id));
    setAsking(false);
  };
  return (
    <>
      {outcome && <BulkReport outcome={outcome} done={DONE[outcome.command](outcome.done.length)} />}
      <BulkBar count={chosen.length} ids={ids} onSelect={selection.set} progress={progress}>
        <Button look="secondary" disabled={busy} onClick={() => setAsking(true)}>
          {texts.discardSelected}
        </Button>
        <Button busy={busy} onClick={() => void run('replay')}>
          {texts.replay}
        </Button>
      </BulkBar>
      <DiscardDialog
        open={asking}
        count={chosen.length}
        busy={busy}
        onClose={() => setAsking(false)}
        onConfirm={() => void run('discard')}
      />
    </>
  );
}

const DONE: Readonly<Record<Action, (count: number) => string>> = {
  replay: texts.bulkReplayed,
  discard: texts.bulkDiscarded,
};
