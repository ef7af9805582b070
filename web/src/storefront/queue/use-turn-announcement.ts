import { useEffect, useRef } from 'react';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import { allowSound, announceTurn } from './turn-sound.ts';

/** Keeps the title true, and tells of the turn once when it comes while the page is open. */
export function useTurnAnnouncement(saleName: string | null, ahead: number | null, isTurn: boolean): void {
  const waited = useRef(false);
  useEffect(() => {
    if (isTurn && waited.current) announceTurn();
    waited.current = !isTurn && ahead !== null;
  }, [isTurn, ahead]);

  useEffect(() => {
    if (saleName === null) return;
    if (isTurn) document.title = texts.titleTurn(saleName);
    else document.title = ahead === null ? saleName : texts.titleAhead(ahead, saleName);
  }, [saleName, ahead, isTurn]);

  useEffect(() => {
    addEventListener('pointerdown', allowSound, { once: true });
    addEventListener('keydown', allowSound, { once: true });
    return () => {
      removeEventListener('pointerdown', allowSound);
      removeEventListener('keydown', allowSound);
    };
  }, []);
}
