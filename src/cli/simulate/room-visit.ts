import { setTimeout as sleep } from 'node:timers/promises';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import type { Leaving } from './crowd.ts';
import { enter, joinAgain, leave, type QueuePlace, type RoomVisit, readOwnPlace } from './queue-place.ts';
import { lookAtRoom, takeTurn } from './turn.ts';
import { arrive, type Ending, pauseMs } from './visit.ts';

/** Whoever has several pages open reloads one of them at so many of the looks. */
const RELOAD_SHARE = 0.2;
const AWAY_MS = 5_000;

/** Queues, waits to be called, is let in, buys, pays: or not, each in its own way. */
export async function shopThroughRoom(visit: RoomVisit): Promise<Ending> {
  await arrive(visit);
  return queueUp(visit, visit.buyer.leaving);
}

async function queueUp(visit: RoomVisit, leaving: Leaving | null): Promise<Ending> {
  const place = await enter(visit);
  if (typeof place === 'string') return place;
  const turn = await awaitTurn(visit, place, leaving);
  if (turn === 'called') return takeTurn(visit, place);
  if (turn !== 'left') return turn;
  await leave(visit, place);
  if (!leaving?.returns) return 'left';
  await sleep(visit.buyer.random() * AWAY_MS);
  return queueUp(visit, null);
}

/** Reads what everybody reads, and asks for the own place no more often than the server wants. */
async function awaitTurn(visit: RoomVisit, place: QueuePlace, leaving: Leaving | null): Promise<Ending | 'called'> {
  const { buyer } = visit;
  const leavesAtMs = leaving ? place.seen.joinedAtMs + leaving.afterMs : Number.POSITIVE_INFINITY;
  for (;;) {
    const status = await lookAtRoom(visit);
    if (!status) return 'turned_away';
    if (status.phase === 'ended' || status.phase === 'cancelled') return 'too_late';
    if (status.phase === 'sold_out' && !status.stock_may_return) return 'sold_out';
    if (performance.now() >= leavesAtMs) return 'left';
    if (await isCalled(visit, place, status)) return 'called';
    if (buyer.tabs > 1 && buyer.random() < RELOAD_SHARE) await joinAgain(visit, place);
    const untilNextReadMs = Math.max(0, place.nextReadAtMs - performance.now());
    await sleep(Math.min(pauseMs(visit, status), untilNextReadMs));
  }
}

async function isCalled(visit: RoomVisit, place: QueuePlace, { queue }: SaleStatus): Promise<boolean> {
  const { log } = visit.room;
  const position = log.positionOf(place.seen.ticket);
  if (queue && position !== null && position <= queue.now_serving) {
    log.sawCalled(place.seen, position, performance.now());
    return true;
  }
  if (!visit.buyer.refreshes && performance.now() < place.nextReadAtMs) return false;
  const state = await readOwnPlace(visit, place);
  return state === 'ready' || state === 'admitted';
}
