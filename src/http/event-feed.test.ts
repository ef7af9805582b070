import { expect, test } from 'vitest';
import { isDue } from './event-feed.ts';

const TOLD = { id: '1', data: '{}', headline: 'live' };
const NUMBERS = { ...TOLD, id: '2' };
const SOLD_OUT = { ...TOLD, id: '2', headline: 'sold_out' };

test('nobody is told what they know', () => {
  expect(isDue(TOLD, TOLD, 1, 60_000)).toBe(false);
});

test('a few readers are told of every change', () => {
  expect(isDue(TOLD, NUMBERS, 2_000, 250)).toBe(true);
});

test('eighteen thousand are told of moving numbers every two seconds, and of a headline as fast as a few', () => {
  expect(isDue(TOLD, NUMBERS, 18_000, 1_700)).toBe(false);
  expect(isDue(TOLD, NUMBERS, 18_000, 1_800)).toBe(true);
  expect(isDue(TOLD, SOLD_OUT, 18_000, 250)).toBe(true);
});
