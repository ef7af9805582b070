import { useEffect, useState } from 'react';
import { useHydrated } from '../../shared/hydrated.ts';
import { type Basket, keepBasket, keptBasket, onBasketElsewhere, withQuantity } from './basket.ts';

export interface BasketInHand {
  readonly basket: Basket;
  readonly setQuantity: (skuId: string, quantity: number) => void;
  readonly clear: () => void;
}

/** A page that was rendered for everybody knows of no basket. */
const NOTHING: Basket = {};

/** What this browser's buyer wants of a sale; kept with every change, and the same in every tab. */
export function useBasket(saleId: string): BasketInHand {
  const [kept, setBasket] = useState<Basket>(() => keptBasket(saleId));
  const basket = useHydrated() ? kept : NOTHING;
  useEffect(() => onBasketElsewhere(saleId, () => setBasket(keptBasket(saleId))), [saleId]);
  const change = (next: Basket) => {
    keepBasket(saleId, next);
    setBasket(next);
  };
  return {
    basket,
    setQuantity: (skuId, quantity) => change(withQuantity(basket, skuId, quantity)),
    clear: () => change({}),
  };
}
