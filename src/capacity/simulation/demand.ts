import type { Assumptions, Crowd, Design } from '../crowd.ts';
import type { Behaviour } from './behaviour.ts';

export type Kind = 'purchase' | 'join' | 'place' | 'turned_away' | 'status';

/** Requests that come by themselves, whatever was answered before. */
export interface Stream {
  readonly kind: Kind;
  readonly byBots: boolean;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Requests a second, at this moment. */
  readonly rate: (atMs: number) => number;
}

const CROWD_POLLS_PER_SECOND = 10_000;
/** Of people who come by and by, so many mean delays are as good as all. */
const DELAYS = 8;

/** 0 is the start of the sale. */
export function demandOf(design: Design, crowd: Crowd, assumptions: Assumptions, behaviour: Behaviour): Stream[] {
  return design === 'doors' ? atTheDoors(crowd, assumptions) : inTheRoom(crowd, assumptions, behaviour);
}

/** Everybody once, as soon as they can: the first second has the rate of the crowd. Bots all the time. */
function atTheDoors(crowd: Crowd, { cdnEdges }: Assumptions): Stream[] {
  const bots = crowd.attemptsPerSecond * crowd.botShare;
  const people = crowd.attemptsPerSecond - bots;
  const delayMs = (crowd.buyers / people) * 1_000;
  const untilMs = Math.max(crowd.sellOutSeconds * 1_000, Math.min(DELAYS * delayMs, 60_000));
  const span = { fromMs: 0, untilMs };
  return [
    { kind: 'purchase', byBots: false, ...span, rate: (atMs) => people * Math.exp(-atMs / delayMs) },
    { kind: 'purchase', byBots: true, fromMs: 0, untilMs: crowd.sellOutSeconds * 1_000, rate: () => bots },
    { kind: 'status', byBots: false, ...span, rate: () => cdnEdges },
  ];
}

/** More and more join until the start; those who wait look at their places; bots try without an admission. */
function inTheRoom(crowd: Crowd, assumptions: Assumptions, { playedBeforeStartMs }: Behaviour): Stream[] {
  const { arrivalSeconds, arrivalPeak, cdnEdges } = assumptions;
  const peak = (crowd.buyers / arrivalSeconds) * arrivalPeak;
  const growthMs = (arrivalSeconds / arrivalPeak) * 1_000;
  const fromMs = -Math.min(playedBeforeStartMs, arrivalSeconds * 1_000);
  const soldOutMs = crowd.sellOutSeconds * 1_000;
  const bots = crowd.attemptsPerSecond * crowd.botShare;
  const places = Math.min(crowd.buyers, CROWD_POLLS_PER_SECOND);
  return [
    { kind: 'join', byBots: false, fromMs, untilMs: 0, rate: (atMs) => peak * Math.exp(atMs / growthMs) },
    { kind: 'place', byBots: false, fromMs: -1_000, untilMs: soldOutMs, rate: () => places },
    { kind: 'turned_away', byBots: true, fromMs: 0, untilMs: soldOutMs, rate: () => bots },
    { kind: 'status', byBots: false, fromMs, untilMs: soldOutMs, rate: () => cdnEdges },
  ];
}
