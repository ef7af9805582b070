import { signInFacts } from '../buyer/sign-in.ts';
import { signInWords } from '../texts/sign-in-texts.ts';
import { REFUSALS, waitingTexts as texts } from '../texts/waiting-texts.ts';
import { type Headline, peopleAhead } from './waiting-facts.ts';
import type { WaitingRoomState } from './waiting-room.ts';

/** The title of the page, and a sentence below it where one helps. */
export function headlineWords(
  headline: Headline,
  state: WaitingRoomState,
): readonly [title: string, detail: string | null] {
  switch (headline) {
    case 'refused':
      return refusalWords(state);
    case 'signedOut':
      return signInWords('place', signInFacts());
    case 'inLine':
      return [peopleAhead(state) === 0 ? texts.inLineNext : texts.inLine, null];
    case 'drawPending':
      return [texts.drawPending, drawDetail(state)];
    case 'arriving':
    case 'joining':
      return [texts[headline], null];
    case 'paused':
      return [texts.paused, state.stage.name === 'called' ? texts.calledPaused : texts.pausedDetail];
    default:
      return [texts[headline], texts[`${headline}Detail`]];
  }
}

function refusalWords({ stage }: WaitingRoomState): readonly [string, string | null] {
  if (stage.name !== 'refused') return [texts.arriving, null];
  const { code, document, detail } = stage.problem;
  return REFUSALS[code] ?? [document?.title ?? texts.outside, detail];
}

function drawDetail({ status, place }: WaitingRoomState): string {
  if (status?.draw?.entrants != null) return texts.drawClosed;
  return texts.drawPendingDetail(place?.ticket ?? 0);
}
