export type PaymentState =
  | 'created'
  | 'authorised'
  | 'claimed'
  | 'captured'
  | 'confirmed'
  | 'abandoned'
  | 'declined'
  | 'voided'
  | 'refunding'
  | 'refunded';

export type PaymentAction =
  | 'authorise'
  | 'decline'
  | 'claim'
  | 'capture'
  | 'confirm'
  | 'abandon'
  | 'revive'
  | 'void'
  | 'refund'
  | 'settle_refund';

/**
 * One attempt to pay an order. `abandoned`: the order ended while the provider's answer was outstanding, or the
 * claim was refused; nothing can be captured any more and what was authorised has to be voided. A late
 * authorisation whose order could be reserved again is revived.
 */
export const PAYMENT_TRANSITIONS: Readonly<
  Record<PaymentState, Readonly<Partial<Record<PaymentAction, PaymentState>>>>
> = {
  created: { authorise: 'authorised', decline: 'declined', abandon: 'abandoned' },
  authorised: { claim: 'claimed', abandon: 'abandoned' },
  claimed: { capture: 'captured', abandon: 'abandoned' },
  captured: { confirm: 'confirmed', refund: 'refunding' },
  confirmed: { refund: 'refunding' },
  abandoned: { revive: 'authorised', void: 'voided', decline: 'declined', refund: 'refunding' },
  declined: {},
  voided: {},
  refunding: { settle_refund: 'refunded' },
  refunded: {},
};

/** Did the attempt end, or will it, without the order being paid by it? */
export function hasFailed(state: PaymentState): boolean {
  return state === 'declined' || state === 'voided' || state === 'refunding' || state === 'refunded';
}

/**
 * An attempt that was abandoned only because its order had expired may still be paid: if the provider turns out to
 * hold the money, and the units are still there.
 */
export function mayBeRevived(attempt: {
  readonly state: PaymentState;
  readonly abandonReason: string | null;
}): boolean {
  return attempt.state === 'abandoned' && attempt.abandonReason === 'expired';
}

const OPEN_OR_PAID: readonly PaymentState[] = ['created', 'authorised', 'claimed', 'captured', 'confirmed'];

/** May the attempt still pay its order, or has it done so? */
export function mayStillPay(attempt: Parameters<typeof mayBeRevived>[0]): boolean {
  return OPEN_OR_PAID.includes(attempt.state) || mayBeRevived(attempt);
}
