import type { Entrance, EntranceRefusal, Entrant } from '../anti-bot/entrance.ts';
import type { FindOutcome, JoinOutcome, Place, QueueRefusal, TicketRef } from '../domain/queueing.ts';
import type { Store } from '../store/store.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import type { KillSwitches } from './kill-switches.ts';
import type { BoardSale, SaleBoard } from './sale-board.ts';
import { unknownSale } from './unknown-sale.ts';

interface JoinPorts {
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly entrance: Pick<Entrance, 'check'>;
  readonly events: EngineEvents;
}

export type JoinQueueOutcome =
  | { readonly code: 'joined'; readonly place: Place; readonly shown: BoardSale }
  | { readonly code: QueueRefusal | 'recovering' | 'switched_off' }
  | EntranceRefusal;

/**
 * A place in the waiting room. Whoever has one gets it again and is asked for nothing: only a new place is checked at
 * the entrance, and what was brought for the check is not used up while the store would give no place anyway.
 *
 * @param had the place that a genuine token of this buyer names: it is given back if it was lost with the store
 * @throws CaptchaUnavailable when the sale asks for a CAPTCHA that nobody can check
 */
export async function joinQueue(
  ports: JoinPorts,
  saleId: string,
  entrant: Entrant,
  had: TicketRef | null,
): Promise<JoinQueueOutcome> {
  const { board, events } = ports;
  const shown = await board.seek(saleId);
  if (!shown) return { code: 'not_found' };
  const found = await findPlace(ports.store, saleId, entrant, had);
  const outcome = found.code === 'no_place' ? await takePlace(ports, shown, entrant) : found;
  events.queueJoined(saleId, entrant.correlationId, found.code === 'joined' ? 'rejoined' : outcome.code);
  if (outcome.code === 'joined') return { ...outcome, shown };
  return outcome.code === 'not_found' ? { code: await unknownSale(board, saleId) } : outcome;
}

async function findPlace(
  store: Store,
  saleId: string,
  { userId }: Entrant,
  had: TicketRef | null,
): Promise<FindOutcome> {
  const found = await store.findPlace(saleId, userId);
  const restored = found.code === 'no_place' && had ? await store.restore(had) : null;
  return restored ? { code: 'joined', place: restored } : found;
}

async function takePlace(
  { store, switches, entrance }: JoinPorts,
  { sale }: BoardSale,
  entrant: Entrant,
): Promise<JoinOutcome | EntranceRefusal | { readonly code: 'switched_off' }> {
  if (!switches.isOn('joins')) return { code: 'switched_off' };
  const verdict = await entrance.check(sale, entrant);
  if (verdict.code !== 'welcome' && verdict.code !== 'hold') return verdict;
  const { userId, correlationId } = entrant;
  return store.join({ saleId: sale.saleId, userId, held: verdict.code === 'hold', correlationId });
}
