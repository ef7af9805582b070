import { setTimeout as sleep } from 'node:timers/promises';
import type { Reservation } from '#sdk/contract/purchase.ts';
import type { SaleStatus } from '#sdk/contract/sale.ts';
import { askIn, endingOf, leave, type QueuePlace, type RoomVisit } from './queue-place.ts';
import { checkOut, reserve } from './till.ts';
import { type Ending, look, pauseMs } from './visit.ts';

/** Whose admission ran out, or whom a pause keeps from buying, asks to be let in again. */
const WORTH_ANOTHER_TURN: readonly string[] = ['token_expired', 'not_admitted', 'sale_paused', 'recovering'];

/** What a buyer does who has been called. */
export async function takeTurn(visit: RoomVisit, place: QueuePlace): Promise<Ending> {
  if (visit.buyer.noShow) return 'no_show';
  for (let attempts = 1; ; attempts++) {
    const entry = await beLetIn(visit, place);
    if (entry.kind === 'over') return entry.ending;
    const status = await lookAtRoom(visit);
    if (!status) return 'turned_away';
    const inside = { ...visit, purchaseToken: entry.token };
    const outcome = await reserve(inside, status, `purchase-${attempts}`);
    if (!isWorthAnotherTurn(visit, outcome)) return finish(inside, place, outcome);
    await sleep(pauseMs(visit, status));
  }
}

export async function lookAtRoom(visit: RoomVisit): Promise<SaleStatus | null> {
  const status = await look(visit);
  if (status) visit.room.log.sawStatus(status);
  return status;
}

async function beLetIn(visit: RoomVisit, place: QueuePlace) {
  for (;;) {
    const entry = await askIn(visit, place);
    if (entry.kind !== 'wait') return entry;
    await sleep(entry.ms);
  }
}

function isWorthAnotherTurn({ buyer }: RoomVisit, outcome: Reservation | string): boolean {
  if (typeof outcome !== 'string') return false;
  return WORTH_ANOTHER_TURN.includes(outcome) || (outcome === 'sold_out' && buyer.patient);
}

/** Whoever is done makes room for the next; whoever abandons an order just goes. */
async function finish(visit: RoomVisit, place: QueuePlace, outcome: Reservation | string): Promise<Ending> {
  const ending = typeof outcome === 'string' ? endingOf(outcome) : await checkOut(visit, outcome);
  if (ending !== 'abandoned') await leave(visit, place);
  return ending;
}
