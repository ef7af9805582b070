/**
 * What becomes of a paid order in a sale that asks for risk review. `pending` and `open` hold it back from delivery:
 * until the rules have looked at it, and until an operator has.
 */
export type ReviewState = 'pending' | 'passed' | 'open' | 'cleared' | 'cancelled';

/** Where an order stands that the rules found. */
export type FlaggedState = Exclude<ReviewState, 'pending' | 'passed'>;

export type ReviewAction = 'pass' | 'flag' | 'clear' | 'cancel';

/** Later orders may show that one which passed is one of many. What an operator has decided stays. */
export const REVIEW_TRANSITIONS: Readonly<Record<ReviewState, Readonly<Partial<Record<ReviewAction, ReviewState>>>>> = {
  pending: { pass: 'passed', flag: 'open' },
  passed: { flag: 'open' },
  open: { clear: 'cleared', cancel: 'cancelled' },
  cleared: {},
  cancelled: {},
};

/** Must nobody hand the order over yet? */
export function isHeldForReview(state: ReviewState | null): boolean {
  return state === 'pending' || state === 'open';
}
