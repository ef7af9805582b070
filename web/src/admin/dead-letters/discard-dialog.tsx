import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { deadLetterTexts as texts } from '../texts/dead-letter-texts.ts';

interface DiscardDialogProps {
  readonly open: boolean;
  /** How many are to go. */
  readonly count: number;
  readonly busy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
}

/** Asks before dead letters are put away without a replay. */
export function DiscardDialog({ count, ...dialog }: DiscardDialogProps) {
  return (
    <ConfirmDialog
      {...dialog}
      title={texts.discardTitle(count)}
      description={texts.discardDetail}
      confirm={texts.discardConfirm}
      look="critical"
      error={null}
    />
  );
}
