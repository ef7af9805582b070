import type { Place } from '../../domain/queueing.ts';
import type { BoardSale } from '../../engine/sale-board.ts';
import { stockMayReturn } from '../../engine/sale-board.ts';
import { crowdPoll, ownPoll, type PollAdvice } from '../public/poll-advice.ts';
import { clockTime, count, dayAndTime, PHASE_NOTICES, roughWait, QUEUE_TEXTS as texts } from './queue-page-texts.ts';

type Action = 'join' | 'enter' | 'leave';

/** What the waiting page shows where no scripts run: text alone, to be escaped by whoever renders it. */
export interface QueuePageView {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly actions: readonly Action[];
  readonly checkout: boolean;
  /** A link to the shop's login. */
  readonly signIn: boolean;
  /** When the page is to look again by itself. Null: nothing will change. */
  readonly refreshSeconds: number | null;
}

/** Whether a buyer without scripts may take a place here, and if not, why. */
export type JoinTerms =
  | { readonly possible: true }
  | { readonly possible: false; readonly because: string; readonly needsSignIn: boolean };

/** Whoever is about to press a button is not to lose it to a reload. */
const BUTTON_REFRESH_S = 30;
const MIN_REFRESH_S = 3;

/** The page of somebody who has no place. */
export function visitorView(shown: BoardSale, terms: JoinTerms): QueuePageView {
  const page = { facts: [], checkout: false, signIn: false, refreshSeconds: null, actions: [] };
  const { sale, phase, nowMs } = shown;
  if (!sale.waitingRoom) return { ...page, heading: texts.noRoom, paragraphs: [] };
  const notices = noticesOf(shown);
  const signIn = !terms.possible && terms.needsSignIn;
  if (phase === 'ended' || phase === 'cancelled') return { ...page, heading: texts.title, paragraphs: notices };
  if (phase === 'upcoming' && nowMs < sale.waitingRoom.opensAtMs) {
    const opens = texts.opensAt(dayAndTime(sale.waitingRoom.opensAtMs));
    const paragraphs = signIn ? [opens, terms.because] : [opens];
    const refreshSeconds = secondsOf(crowdPoll(shown));
    return { ...page, heading: texts.title, paragraphs, signIn, refreshSeconds };
  }
  if (phase === 'sold_out' && !stockMayReturn(shown)) {
    return { ...page, heading: texts.soldOut, paragraphs: [texts.soldOutNext], refreshSeconds: BUTTON_REFRESH_S };
  }
  const next = terms.possible ? texts.openNext : terms.because;
  const actions: readonly Action[] = terms.possible ? ['join'] : [];
  return { ...page, heading: texts.open, paragraphs: [...notices, next], actions, signIn };
}

/** The page of somebody who has a place. */
export function placeView(shown: BoardSale, place: Place): QueuePageView {
  const isOver = shown.phase === 'ended' || shown.phase === 'cancelled';
  if (isOver) return over(shown);
  switch (place.state) {
    case 'waiting':
      return waiting(shown, place);
    case 'ready':
      return called(shown, texts.ready, [texts.readyNext], { actions: ['enter', 'leave'] });
    case 'admitted':
      return called(shown, texts.admitted, admittedWords(place), { actions: [], checkout: true });
    case 'done':
      return { ...over(shown), heading: texts.done, paragraphs: [texts.doneNext] };
    case 'sold_out':
      return { ...over(shown), heading: texts.soldOut, paragraphs: [texts.soldOutNext], refreshSeconds: 60 };
  }
}

function waiting(shown: BoardSale, place: Place): QueuePageView {
  return {
    heading: texts.waiting,
    paragraphs: [...noticesOf(shown), texts.waitingNext],
    facts: waitingFacts(place),
    actions: ['leave'],
    checkout: false,
    signIn: false,
    refreshSeconds: secondsOf(ownPoll(place, shown)),
  };
}

function waitingFacts({ position, ahead, estimatedWaitSeconds }: Place): QueuePageView['facts'] {
  return [
    [texts.place, position === null ? texts.drawnLater : count(position)],
    ...(ahead === null ? [] : [[texts.ahead, count(ahead)] as const]),
    [texts.wait, estimatedWaitSeconds === null ? texts.noEstimate : roughWait(estimatedWaitSeconds)],
  ];
}

function called(
  shown: BoardSale,
  heading: string,
  words: readonly string[],
  next: Partial<Pick<QueuePageView, 'actions' | 'checkout'>>,
): QueuePageView {
  const paragraphs = [...noticesOf(shown), ...words];
  const page = { facts: [], actions: [], checkout: false, signIn: false, refreshSeconds: BUTTON_REFRESH_S };
  return { ...page, ...next, heading, paragraphs };
}

function admittedWords({ admission }: Place): string[] {
  return [...(admission ? [texts.admittedUntil(clockTime(admission.expiresAtMs))] : []), texts.needsScript];
}

function over(shown: BoardSale): QueuePageView {
  const paragraphs = noticesOf(shown);
  const page = { facts: [], actions: [], checkout: false, signIn: false, refreshSeconds: null };
  return { ...page, heading: texts.title, paragraphs };
}

function noticesOf(shown: BoardSale): string[] {
  const soldOutForNow = shown.phase === 'sold_out' && stockMayReturn(shown) ? texts.soldOutForNow : null;
  return [soldOutForNow ?? PHASE_NOTICES[shown.phase]].filter((notice) => notice !== null);
}

/** Spread as the scripts of other buyers are. */
function secondsOf({ interval_ms, jitter_ms }: PollAdvice): number {
  return Math.max(MIN_REFRESH_S, Math.ceil((interval_ms + Math.random() * jitter_ms) / 1000));
}
