import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';

/** Gives the place up, after a second thought. The focus goes to the question, and back. */
export function LeaveLine({ onLeave }: { readonly onLeave: () => void }) {
  const [asking, setAsking] = useState<boolean | null>(null);
  if (!asking) {
    return (
      <Button autoFocus={asking === false} look="quiet" className="-ml-4" onClick={() => setAsking(true)}>
        {texts.leave}
      </Button>
    );
  }
  return (
    <fieldset className="grid w-full gap-3 rounded-control bg-sunken p-4 text-sm">
      <legend className="sr-only">{texts.leaveQuestion}</legend>
      <p>
        <strong className="font-semibold">{texts.leaveQuestion}</strong> {texts.leaveDetail}
      </p>
      <div className="flex flex-wrap gap-3">
        <Button autoFocus look="secondary" onClick={() => setAsking(false)}>
          {texts.leaveNo}
        </Button>
        <Button look="critical" onClick={onLeave}>
          {texts.leaveYes}
        </Button>
      </div>
    </fieldset>
  );
}
