import { describe, expect, test } from 'vitest';
import { FULFILMENT_TRANSITIONS } from './fulfilment.ts';
import { ORDER_TRANSITIONS } from './order.ts';
import { PAYMENT_TRANSITIONS } from './payment.ts';
import { REVIEW_TRANSITIONS } from './review.ts';
import { SALE_TRANSITIONS } from './sale.ts';

type Table = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

const FULFILMENT: Table = Object.fromEntries(
  Object.entries(FULFILMENT_TRANSITIONS).map(([state, next]) => [state, next ? { next } : {}]),
);

const MACHINES: readonly { name: string; table: Table; first: string; terminal: string[] }[] = [
  { name: 'sale', table: SALE_TRANSITIONS, first: 'scheduled', terminal: ['ended', 'cancelled'] },
  { name: 'order', table: ORDER_TRANSITIONS, first: 'reserved', terminal: ['cancelled', 'refunded'] },
  { name: 'payment', table: PAYMENT_TRANSITIONS, first: 'created', terminal: ['declined', 'voided', 'refunded'] },
  { name: 'fulfilment', table: FULFILMENT, first: 'processing', terminal: ['delivered'] },
  { name: 'review', table: REVIEW_TRANSITIONS, first: 'pending', terminal: ['cleared', 'cancelled'] },
];

describe.each(MACHINES)('the states of a $name', ({ table, first, terminal }) => {
  test('are all reached from the first', () => {
    expect(reachable(table, first).sort()).toEqual(Object.keys(table).sort());
  });

  test('lead only to states of the table', () => {
    const targets = Object.values(table).flatMap((row) => Object.values(row));
    expect(targets.filter((state) => !state || !(state in table))).toEqual([]);
  });

  test('end where nothing leads on', () => {
    const ends = Object.keys(table).filter((state) => Object.keys(table[state] ?? {}).length === 0);
    expect(ends.sort()).toEqual([...terminal].sort());
  });

  test('all lead to an end', () => {
    const stuck = Object.keys(table).filter((state) => !reachable(table, state).some((end) => terminal.includes(end)));
    expect(stuck).toEqual([]);
  });
});

function reachable(table: Table, from: string): string[] {
  const found = new Set([from]);
  for (const state of found) for (const next of Object.values(table[state] ?? {})) if (next) found.add(next);
  return [...found];
}

test('an order that was cancelled or refunded never holds units again', () => {
  expect(reachable(ORDER_TRANSITIONS, 'cancelled')).toEqual(['cancelled']);
  expect(reachable(ORDER_TRANSITIONS, 'refunded')).toEqual(['refunded']);
});

test('money that was captured ends as a paid order or given back', () => {
  expect(reachable(PAYMENT_TRANSITIONS, 'captured').sort()).toEqual(['captured', 'confirmed', 'refunded', 'refunding']);
});
