import type { EntranceRefusal } from '../../anti-bot/entrance.ts';
import { type Refusal, refuse } from '../errors.ts';
import { refuseUnknownDevice } from './device.ts';

type EntranceProblem =
  | 'challenge_failed'
  | 'account_too_young'
  | 'bot_suspected'
  | 'rate_limited'
  | 'validation_failed';

/** What somebody is told who does not get a place. */
export function refusalOfEntrance(refusal: EntranceRefusal): Refusal<EntranceProblem> {
  switch (refusal.code) {
    case 'rate_limited':
      return refuse('rate_limited', { retryAfterSeconds: Math.ceil(refusal.retryAfterMs / 1000) });
    case 'device_unknown':
      return refuseUnknownDevice();
    default:
      return refuse(refusal.code, { detail: refusal.detail });
  }
}
