import { useState } from 'react';
import { type Basket, keepBasket, keptBasket, withQuantity } from './basket.ts';

export interface BasketInHand {
  readonly basket: Basket;
  readonly setQuantity: (skuId: string, quantity: number) => void;
  readonly clear: () => void;
}

/** What this browser's buyer wants of a sale; kept with every change. */
export function useBasket(saleId: string): BasketInHand {
  const [basket, setBasket] = useState<Basket>(() => keptBasket(saleId));
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
