import { useState } from 'react';
import { Button } from '../../shared/button.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import { allowSound, chooseSound, wantsSound } from './turn-sound.ts';
import type { Waiting } from './use-waiting-room.ts';
import type { Headline } from './waiting-facts.ts';

interface WaitingFooterProps {
  readonly headline: Headline;
  readonly waiting: Waiting;
}

/** Where a place is still worth something. */
const KEPT: ReadonlySet<Headline> = new Set([
  'inLine',
  'drawPending',
  'called',
  'lapsed',
  'paused',
  'recovering',
  'soldOutForNow',
]);

/** Whether the page hears of the sale, and how it will be heard itself. */
export function WaitingFooter({ headline, waiting: { connection, place } }: WaitingFooterProps) {
  const isKept = place !== null && KEPT.has(headline);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 border-t border-line bg-sunken px-6 py-3 sm:px-10">
      <div role="status" className="flex items-center gap-2.5 text-sm">
        <span
          aria-hidden="true"
          className={joinClasses('size-2 shrink-0 rounded-full', connection === 'live' ? 'bg-positive' : 'bg-caution')}
        />
        {connection === 'lost' ? (
          <span>
            <strong className="font-semibold">{texts.lost}.</strong> {texts.lostDetail}
          </span>
        ) : (
          <span className="text-muted">
            {connection === 'connecting' ? texts.connecting : isKept ? texts.keepsPlace : texts.connected}
          </span>
        )}
      </div>
      <SoundToggle />
    </div>
  );
}

function SoundToggle() {
  const [on, setOn] = useState(wantsSound);
  const toggle = () => {
    allowSound();
    chooseSound(!on);
    setOn(!on);
  };
  return (
    <Button look="quiet" aria-pressed={on} onClick={toggle} className="-mx-4">
      {on ? texts.soundOn : texts.soundOff}
    </Button>
  );
}
