import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerOf } from '#sdk/contract/operation.ts';
import { enterQueue, leaveQueue, type Place, readPlace, requestAdmission } from '#sdk/contract/queue.ts';
import { answerChallenge } from './challenges.ts';
import type { RoomLog, SeenPlace } from './room-log.ts';
import type { Ending, Visit } from './visit.ts';

/** One buyer at a sale with a waiting room. */
export interface RoomVisit extends Visit {
  readonly room: { readonly log: RoomLog; readonly admissionSeconds: number };
  /** An answer to a challenge that was worked out beforehand. */
  readonly workDone: string | null;
}

/** A place that a buyer holds. */
export interface QueuePlace {
  readonly token: string;
  readonly seen: SeenPlace;
  /** When the server wants to be asked about the place again: by `performance.now()`. */
  nextReadAtMs: number;
}

type Joined = AnswerOf<typeof enterQueue>;

const TRIES = 3;
const DOOR_OPENS_SOON_MS = 250;
const UNADVISED_WAIT_MS = 2_000;

const ENDING_OF_REFUSAL: Readonly<Record<string, Ending>> = {
  sold_out: 'sold_out',
  sale_ended: 'too_late',
};

export function endingOf(code: string): Ending {
  return ENDING_OF_REFUSAL[code] ?? 'turned_away';
}

/** Joins in every open page at once: all of them must come to have the same place. */
export async function enter(visit: RoomVisit): Promise<QueuePlace | Ending> {
  const pages = await Promise.all(Array.from({ length: visit.buyer.tabs }, () => join(visit)));
  const [first, ...others] = pages.filter((page) => typeof page !== 'string');
  if (!first) return pages.find((page) => typeof page === 'string') ?? 'turned_away';
  const { buyer, room } = visit;
  const seen = room.log.joined(buyer.number, first.ticket, first.queue_position, performance.now());
  for (const { ticket, queue_position } of others) room.log.joinedAgain(seen, ticket, queue_position);
  return { token: first.queue_token, seen, nextReadAtMs: nextReadMs(visit, first) };
}

/** Reloads a page that has a place already. */
export async function joinAgain(visit: RoomVisit, place: QueuePlace): Promise<void> {
  const joined = await join(visit);
  if (typeof joined !== 'string') visit.room.log.joinedAgain(place.seen, joined.ticket, joined.queue_position);
}

async function join(visit: RoomVisit): Promise<Joined | Ending> {
  const { ask, sale, token, buyer } = visit;
  let work = visit.workDone;
  for (let tries = 1; ; tries++) {
    const proof = work === null ? {} : { challenge_solution: work };
    const request = { sale_id: sale.saleId, device_fingerprint: buyer.device, ...proof };
    const answer = await ask(enterQueue, request, { token });
    if (answer.kind === 'given') return answer.body;
    if (answer.kind === 'lost' || tries === TRIES) return 'turned_away';
    if (answer.code === 'challenge_failed') work = await answerIfAble(visit);
    else if (answer.code === 'sale_not_started') await sleep(DOOR_OPENS_SOON_MS);
    else return endingOf(answer.code);
  }
}

async function answerIfAble({ ask, sale, token, buyer }: RoomVisit): Promise<string | null> {
  return buyer.bot?.solvesChallenges === false ? null : answerChallenge(ask, sale.saleId, token);
}

/** Null where the server says nothing about the place. */
export async function readOwnPlace(visit: RoomVisit, place: QueuePlace): Promise<Place['state'] | null> {
  const { ask, sale, room } = visit;
  const furthestBefore = room.log.callOrder.furthest;
  const answer = await ask(readPlace, { sale_id: sale.saleId }, { token: place.token });
  place.nextReadAtMs = performance.now() + UNADVISED_WAIT_MS;
  if (answer.kind !== 'given') return null;
  const { state, queue_position } = answer.body;
  place.nextReadAtMs = nextReadMs(visit, answer.body);
  if (state === 'waiting') room.log.sawWaiting(place.seen, queue_position, furthestBefore);
  if (state === 'ready' || state === 'admitted') room.log.sawCalled(place.seen, queue_position, performance.now());
  return state;
}

export async function leave({ ask, sale }: RoomVisit, { token }: QueuePlace): Promise<void> {
  await ask(leaveQueue, { sale_id: sale.saleId }, { token });
}

/** The admission token, how long to wait before asking again, or why there is no use in it. */
export type Entry =
  | { readonly kind: 'admitted'; readonly token: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'over'; readonly ending: Ending };

const MAY_PASS: readonly string[] = [
  'not_your_turn',
  'sale_not_started',
  'sale_paused',
  'recovering',
  'switched_off',
  'rate_limited',
  'overloaded',
  'store_unavailable',
];

export async function askIn({ ask, sale, room }: RoomVisit, place: QueuePlace): Promise<Entry> {
  const answer = await ask(requestAdmission, { sale_id: sale.saleId }, { token: place.token });
  if (answer.kind === 'lost') return { kind: 'over', ending: 'turned_away' };
  if (answer.kind === 'given') {
    const { admission_token, expires_at } = answer.body;
    const admittedAtMs = Date.parse(expires_at) - room.admissionSeconds * 1_000;
    room.log.admitted(place.seen, admittedAtMs, performance.now());
    return { kind: 'admitted', token: admission_token };
  }
  if (!MAY_PASS.includes(answer.code)) return { kind: 'over', ending: endingOf(answer.code) };
  return { kind: 'wait', ms: answer.retryAfterMs ?? UNADVISED_WAIT_MS };
}

function nextReadMs({ buyer }: RoomVisit, { poll }: Place): number {
  return performance.now() + poll.interval_ms + buyer.random() * poll.jitter_ms;
}
