import { useEffect } from 'react';
import { useApi } from '../../shared/api.tsx';
import { Button } from '../../shared/button.tsx';
import { useServerNow } from '../../shared/server-clock.ts';
import { sessionTexts as texts } from '../texts/session-texts.ts';

interface SessionWarningProps {
  /** Null: it has no end of its own. */
  readonly expiresAt: string | null;
  /** Asks the server, which prolongs the session of whoever has just pressed a button. */
  readonly onStay: () => void;
}

const WARN_MS = 2 * 60_000;

/** Says in time that nobody has done anything for long, and looks again once the session must have ended. */
export function SessionWarning({ expiresAt, onStay }: SessionWarningProps) {
  const nowMs = useServerNow(useApi());
  const leftMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - nowMs;
  const hasEnded = leftMs <= 0;
  useEffect(() => {
    if (hasEnded) onStay();
    // Once: the answer is either a new end or none.
  }, [hasEnded, onStay]);
  if (leftMs > WARN_MS || hasEnded) return null;
  return (
    <div
      role="status"
      className="fixed inset-x-4 bottom-4 z-30 flex flex-wrap items-center justify-between gap-3 rounded-control border border-line bg-surface p-4 shadow-floating sm:left-auto sm:w-md"
    >
      <span className="sr-only">{texts.endsSoon}</span>
      <p role="timer" aria-live="off" className="text-sm tabular-nums">
        {texts.endsIn(Math.ceil(leftMs / 1000))}
      </p>
      <Button look="secondary" onClick={onStay}>
        {texts.stay}
      </Button>
    </div>
  );
}
