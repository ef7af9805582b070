import type { EntranceRefusal } from '../../anti-bot/entrance.ts';
import { type Refusal, refuse } from '../errors.ts';

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
      return refuse('validation_failed', {
        detail: 'This sale asks for a device fingerprint.',
        errors: [{ field: 'device_fingerprint', message: 'is required by this sale' }],
      });
    default:
      return refuse(refusal.code, { detail: refusal.detail });
  }
}
