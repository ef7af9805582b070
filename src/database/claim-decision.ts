import type { PaymentState } from '../domain/payment.ts';

/**
 * `recovering`: which store sells the sale is being found out, and nothing is claimed meanwhile. `lost`: the order was made
 * in a store that no longer sells the sale, and was not taken over.
 */
export type ClaimOutcome = 'claimed' | 'not_current' | 'oversold' | 'limit_exceeded' | 'recovering' | 'lost';

/** An attempt, its order and its sale, as far as a claim depends on them. */
export interface ClaimCandidate {
  readonly attemptId: string;
  readonly state: PaymentState;
  readonly orderId: string;
  readonly saleId: string;
  readonly userId: string;
  /** Is it the attempt that its order waits for? */
  readonly isCurrent: boolean;
  readonly isOrderClaimed: boolean;
  readonly isSaleRecovering: boolean;
  readonly isOrderLost: boolean;
  readonly purchaseLimit: number;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number }[];
}

const HAS_ITS_CLAIM: readonly PaymentState[] = ['claimed', 'captured', 'confirmed'];

/** Units left and units held, counted down and up as one claim after the other is decided. */
export class ClaimBook {
  readonly #left = new Map<string, number>();
  readonly #held = new Map<string, number>();

  setLeft(saleId: string, skuId: string, units: number): void {
    this.#left.set(key(saleId, skuId), units);
  }

  setHeld(saleId: string, userId: string, skuId: string, units: number): void {
    this.#held.set(key(saleId, userId, skuId), units);
  }

  decide(candidate: ClaimCandidate): ClaimOutcome {
    if (HAS_ITS_CLAIM.includes(candidate.state)) return 'claimed';
    if (candidate.state !== 'authorised' || !candidate.isCurrent || candidate.isOrderClaimed) return 'not_current';
    if (candidate.isSaleRecovering) return 'recovering';
    if (candidate.isOrderLost) return 'lost';
    const { saleId, userId, purchaseLimit, lines } = candidate;
    const left = (skuId: string) => this.#left.get(key(saleId, skuId)) ?? 0;
    const held = (skuId: string) => this.#held.get(key(saleId, userId, skuId)) ?? 0;
    if (lines.some(({ skuId, quantity }) => quantity > left(skuId))) return 'oversold';
    if (lines.some(({ skuId, quantity }) => held(skuId) + quantity > purchaseLimit)) return 'limit_exceeded';
    for (const { skuId, quantity } of lines) {
      this.setLeft(saleId, skuId, left(skuId) - quantity);
      this.setHeld(saleId, userId, skuId, held(skuId) + quantity);
    }
    return 'claimed';
  }
}

function key(...parts: string[]): string {
  return JSON.stringify(parts);
}
