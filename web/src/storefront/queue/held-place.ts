import type { Session } from '#sdk/contract/session.ts';
import { readPageData } from '../../shared/page-config.ts';
import { currentSession, keepSession } from '../buyer/buyer-session.ts';
import { keepPlace, keptPlace } from '../buyer/kept-place.ts';

/** A place that was taken while no scripts ran: the server hands it over with the page. */
interface HeldPlace {
  readonly queue_token: string;
  readonly ticket: number;
  /** Null where the shop signs buyers in. */
  readonly session: Session | null;
}

/** Goes on with a place that was taken without scripts, unless this browser has one of its own. */
export function adoptHeldPlace(saleId: string): void {
  const held = readPageData<HeldPlace>('tidegate-held-place');
  if (!held || keptPlace(saleId)) return;
  if (held.session && !currentSession()) keepSession(held.session);
  keepPlace(saleId, { queueToken: held.queue_token, ticket: held.ticket, position: null, aheadAtFirst: null });
}
