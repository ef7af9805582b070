import { useState } from 'react';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { Notice } from '../../shared/notice.tsx';
import type { BulkOutcome } from '../parts/use-bulk.ts';
import { ActionButton } from '../session/action-button.tsx';
import { deadLetterTexts as texts } from '../texts/dead-letter-texts.ts';
import { DiscardDialog } from './discard-dialog.tsx';
import { type Action, useResolve } from './use-resolve.ts';

/** Replays or discards one dead letter, and says beside the buttons what became of that. */
export function ResolveOne({ letter }: { readonly letter: DeadLetter }) {
  const { dead_letter_id: id, state, kind } = letter;
  const { resolve, busy, outcome } = useResolve();
  const [asking, setAsking] = useState(false);
  const run = async (action: Action) => {
    await resolve([id], action);
    setAsking(false);
  };
  return (
    <div className="grid gap-4">
      {outcome && <Outcome outcome={outcome} kind={kind} />}
      {state !== 'replayed' && (
        <div className="flex flex-wrap gap-3">
          {kind !== 'undecodable' && (
            <ActionButton busy={busy && !asking} onClick={() => void run('replay')}>
              {texts.replay}
            </ActionButton>
          )}
          {state === 'open' && (
            <ActionButton look="secondary" onClick={() => setAsking(true)}>
              {texts.discard}
            </ActionButton>
          )}
        </div>
      )}
      <DiscardDialog
        open={asking}
        count={1}
        busy={busy}
        onClose={() => setAsking(false)}
        onConfirm={() => void run('discard')}
      />
    </div>
  );
}

interface OutcomeProps {
  readonly outcome: BulkOutcome & { readonly command: Action };
  readonly kind: DeadLetter['kind'];
}

function Outcome({ outcome: { failed, command }, kind }: OutcomeProps) {
  const [failure] = failed;
  if (failure) {
    return (
      <Notice tone="critical" title={command === 'replay' ? texts.replayFailed : texts.discardFailed} live>
        {failure.detail}
      </Notice>
    );
  }
  if (command === 'discard') {
    return (
      <Notice tone="neutral" title={texts.discardDone} live>
        {texts.discardDoneDetail}
      </Notice>
    );
  }
  return (
    <Notice tone="positive" title={texts.replayDone} live>
      {kind === 'event' ? texts.replayDoneDetail : texts.replayQueued}
    </Notice>
  );
}
