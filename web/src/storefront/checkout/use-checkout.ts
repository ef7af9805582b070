import { useVisit } from '../live/use-visit.ts';
import { Checkout, type CheckoutState } from './checkout.ts';

type Wishes = Pick<Checkout, 'reserve' | 'reserveAgain' | 'pay' | 'cancel' | 'startOver'>;

export interface CheckoutVisit extends CheckoutState, Wishes {}

/** The checkout of a sale for as long as the page is shown. */
export function useCheckout(saleId: string): CheckoutVisit | null {
  const begun = useVisit<CheckoutState, Checkout>(Checkout, saleId);
  if (!begun) return null;
  const { reserve, reserveAgain, pay, cancel, startOver } = begun.visit;
  return { ...begun.state, reserve, reserveAgain, pay, cancel, startOver };
}
