import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { reviewTexts as texts } from '../texts/review-texts.ts';
import type { Verdict } from './use-decide.ts';

interface VerdictDialogProps {
  /** Null: closed. */
  readonly verdict: Verdict | null;
  /** How many orders it is about. */
  readonly count: number;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (note: string | undefined) => void;
}

/** Asks before orders are let go, or before their money goes back. */
export function VerdictDialog({ verdict, count, ...dialog }: VerdictDialogProps) {
  const note = { label: texts.note, hint: texts.noteHint };
  if (verdict === 'cancel') {
    return (
      <ConfirmDialog
        open
        title={texts.cancelTitle(count)}
        description={texts.cancelDetail}
        confirm={texts.cancelConfirm}
        look="critical"
        word={texts.cancelWord}
        note={note}
        error={null}
        {...dialog}
      />
    );
  }
  return (
    <ConfirmDialog
      open={verdict === 'clear'}
      title={texts.clearTitle(count)}
      description={texts.clearDetail}
      confirm={texts.clearConfirm}
      note={note}
      error={null}
      {...dialog}
    />
  );
}
