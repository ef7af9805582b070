import type { enterQueue, requestAdmission } from '#sdk/contract/queue.ts';
import type { AdmitBuyerOutcome } from '../../engine/admit-buyer.ts';
import type { JoinQueueOutcome } from '../../engine/join-queue.ts';
import type { MissingPlace } from '../../engine/missing-place.ts';
import { type Refusal, refuse } from '../errors.ts';
import type { RefusalOf } from '../route.ts';
import { refusalOfEntrance } from './entrance-refusal.ts';

/** Those who are told to come back are spread over so many seconds. */
const RETRY_SPREAD_S = 2;

/** What somebody is told who gets no place. */
export function refusalOfJoin(
  outcome: Exclude<JoinQueueOutcome, { readonly code: 'joined' }>,
): RefusalOf<typeof enterQueue> {
  switch (outcome.code) {
    case 'no_waiting_room':
      return refuse('wrong_state', { detail: 'Nobody queues for this sale: buy directly.' });
    case 'sale_not_started':
      return refuse('sale_not_started', { detail: 'The waiting room has not opened.' });
    case 'challenge_failed':
    case 'account_too_young':
    case 'bot_suspected':
    case 'device_unknown':
    case 'rate_limited':
      return refusalOfEntrance(outcome);
    default:
      return refuse(outcome.code);
  }
}

export function refuseMissing<Code extends MissingPlace>(code: Code): Refusal<Code> {
  const detail = 'The place was given up. Joining again gives a new one.';
  return refuse(code, code === 'not_found' ? { detail } : {});
}

type AdmissionRefusal = Exclude<AdmitBuyerOutcome, { readonly code: 'admitted' }>;

/** What somebody is told who is not let in. */
export function refusalOfAdmission(outcome: AdmissionRefusal): RefusalOf<typeof requestAdmission> {
  switch (outcome.code) {
    case 'not_your_turn':
      return refuse('not_your_turn', { retryAfterSeconds: retrySeconds(outcome.retryAfterMs) });
    case 'used_up':
      return refuse('wrong_state', {
        detail: 'The place is used up: its purchase limit is reached. Joining again gives a new last place.',
      });
    case 'not_found':
      return refuseMissing(outcome.code);
    default:
      return refuse(outcome.code);
  }
}

function retrySeconds(retryAfterMs: number): number {
  return Math.ceil(retryAfterMs / 1000 + Math.random() * RETRY_SPREAD_S);
}
