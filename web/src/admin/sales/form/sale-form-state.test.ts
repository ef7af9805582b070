import { expect, test } from 'vitest';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { checkSale } from './check-sale.ts';
import { draftOf, emptyItem, emptySale, formOf } from './sale-form-state.ts';

/** What a price becomes that was typed like this, in the smallest units of the currency. */
function priceOf(typed: string, currency = 'EUR'): number | undefined {
  const items = [{ ...emptyItem(0), flashPrice: typed }];
  return draftOf({ ...emptySale(0), currency, items }).items?.[0]?.flash_price_minor;
}

test.each([
  ['49.5', 'EUR', 4_950],
  ['49,50', 'EUR', 4_950],
  ['1.15', 'EUR', 115],
  ['1200', 'JPY', 1_200],
])('%s in %s is %i of its smallest units', (typed, currency, minor) => {
  expect(priceOf(typed, currency)).toBe(minor);
});

test.each(['1,999', '1.999', '1,234.50', '1e3', '-5', 'free'])('“%s” is no price in euros', (typed) => {
  expect(priceOf(typed)).toBeNaN();
});

test('what is no number is said to be none, and what was not typed to be missing', () => {
  const items = [{ ...emptyItem(0), flashPrice: '1,999', totalStock: '1,000' }];
  const errors = checkSale(draftOf({ ...emptySale(0), items }));
  expect(errors.get('items.0.flash_price_minor')).toBe('Write it like 1999.50, without a separator for thousands.');
  expect(errors.get('items.0.total_stock')).toBe('A whole number, in digits alone.');
  expect(errors.get('items.0.original_price_minor')).toBe('Needed.');
});

test('a sale that is edited keeps its times to the millisecond', () => {
  const times = { starts_at: '2039-06-01T10:00:30.000Z', ends_at: '2039-06-01T12:00:00.250Z', reveal_at: null };
  const sale = {
    name: 'Drop',
    currency: 'EUR',
    items: [],
    waiting_room: null,
    anti_bot: null,
    ...times,
  } as Partial<AdminSale>;
  expect(draftOf(formOf(sale as AdminSale))).toMatchObject(times);
});
