import { type ComponentProps, useId } from 'react';
import { Button } from '../../shared/button.tsx';
import { sessionTexts as texts } from '../texts/session-texts.ts';
import { useRole } from './use-role.ts';

interface ActionButtonProps extends ComponentProps<typeof Button> {
  /** Why it cannot be done now, whoever asks; null: it can. */
  readonly unavailable?: string | null;
}

/** Changes something. Whoever may not sees the button all the same, and why it does nothing. */
export function ActionButton({ unavailable = null, disabled, ...button }: ActionButtonProps) {
  const id = useId();
  const reason = useRole() === 'viewer' ? texts.viewersOnlyLook : unavailable;
  if (reason === null) return <Button disabled={disabled} {...button} />;
  return (
    <span title={reason} className="inline-grid">
      <Button {...button} disabled aria-describedby={id} />
      <span id={id} className="sr-only">
        {reason}
      </span>
    </span>
  );
}
