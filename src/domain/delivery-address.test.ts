import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressKey } from './delivery-address.ts';

test.each([
  ['1 Example Street\n10115 Berlin', '1 EXAMPLE ST., 10115 berlin'],
  ['Musterstraße 5a, 10115 Berlin', 'Musterstr. 5 A\n10115 Berlin'],
  ['Musterstrasse 5a, 10115 Berlin', 'Muster Straße 5a - 10115 Berlin'],
  ['12 Rue de l’Église, 75011 Paris', '12, rue de l Eglise 75011 PARIS'],
  ['40 North Park Avenue, Apartment 3', '40 N. Park Ave, Unit #3'],
  ['東京都渋谷区 1-2-3', '東京都渋谷区１−２−３'],
])('%j is %j', (one, other) => {
  expect(addressKey(one)).toBe(addressKey(other));
});

test.each([
  ['1 Example Street, 10115 Berlin', '11 Example Street, 0115 Berlin'],
  ['1 Example Street, Apt 2', '1 Example Street, Apt 3'],
  ['1 Example Street', '1 Example Road'],
  ['Flat 1, 1 High Street', 'Flat 11, High Street'],
])('%j is not %j', (one, other) => {
  expect(addressKey(one)).not.toBe(addressKey(other));
});

test('neither case, nor punctuation, nor spaces around them count in any address', () => {
  const mark = fc.constantFrom(' ', ', ', '\n', ' - ', '. ', ' / ');
  const word = fc.stringMatching(/^[a-z]{1,12}$|^\d{1,5}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(word, mark), { minLength: 1, maxLength: 8 }), (parts) => {
      const plain = parts.map(([text]) => text).join(' ');
      const decorated = parts.map(([text, after]) => text.toUpperCase() + after).join('');
      expect(addressKey(decorated)).toBe(addressKey(plain));
    }),
  );
});

test('nothing to compare is nothing', () => {
  expect(addressKey(' -- \n ')).toBe('');
});
