import { aheadOf, type WaitingRoomState } from './waiting-room.ts';

/** What the page says in big letters, and everything follows from. */
export type Headline =
  | 'arriving'
  | 'unknownSale'
  | 'noRoom'
  | 'beforeOpening'
  | 'signedOut'
  | 'outside'
  | 'proving'
  | 'joining'
  | 'refused'
  | 'inLine'
  | 'drawPending'
  | 'called'
  | 'admitted'
  | 'lapsed'
  | 'done'
  | 'paused'
  | 'recovering'
  | 'soldOut'
  | 'soldOutForNow'
  | 'ended'
  | 'cancelled';

/** Stages that what becomes of the sale does not change: whoever is inside goes on. */
const OWN_WORD = new Set(['unknown_sale', 'no_waiting_room', 'admitted', 'done']);

export function headlineOf({ stage, status, place }: WaitingRoomState): Headline {
  if (status && !OWN_WORD.has(stage.name)) {
    if (status.phase === 'ended' || status.phase === 'cancelled') return status.phase;
    if (status.phase === 'sold_out') return status.stock_may_return ? 'soldOutForNow' : 'soldOut';
    // Signing in can be done meanwhile.
    if (stage.name === 'signed_out') return 'signedOut';
    if (status.phase === 'paused' || status.phase === 'recovering') return status.phase;
  }
  switch (stage.name) {
    case 'unknown_sale':
      return 'unknownSale';
    case 'no_waiting_room':
      return 'noRoom';
    case 'before_opening':
      return 'beforeOpening';
    case 'signed_out':
      return 'signedOut';
    case 'in_line':
      return place?.position === null ? 'drawPending' : 'inLine';
    default:
      return stage.name;
  }
}

/** How many are ahead now. Null while there is no position. */
export function peopleAhead({ place, status }: WaitingRoomState): number | null {
  if (place?.position == null) return null;
  return (status && aheadOf(place.position, status)) ?? place.position - 1;
}

/**
 * Seconds until the turn comes: by the pace at which the line moves now, and while that is unknown by what the server
 * said last. Null while nothing honest can be said.
 */
export function estimatedSeconds(state: WaitingRoomState, nowMs: number): number | null {
  const { status, wait } = state;
  const ahead = peopleAhead(state);
  if (!status || ahead === null || !(status.phase === 'live' || status.phase === 'queueing')) return null;
  const pace = status.phase === 'live' ? status.queue?.called_per_second : null;
  if (pace) return (ahead + 1) / pace;
  if (wait?.seconds == null) return null;
  return Math.max(0, wait.seconds - (nowMs - wait.toldAtMs) / 1000);
}

/** From 0 to 1: how many of those who were ahead at first have been called. Null while there is no position. */
export function progressOf(state: WaitingRoomState): number | null {
  const ahead = peopleAhead(state);
  const atFirst = state.place?.aheadAtFirst;
  if (ahead === null || atFirst == null) return null;
  return atFirst === 0 ? 1 : Math.min(1, Math.max(0, 1 - ahead / atFirst));
}
