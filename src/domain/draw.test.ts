import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commitmentOf,
  drawEntry,
  EntryList,
  entryNonce,
  finalSeed,
  fromBase64url,
  listHashOf,
  Permutation,
  toBase64url,
} from './draw.ts';
import type { DrawPlan } from './sale.ts';

const SALE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const PLAN: DrawPlan = { seed: counting(0), entrySecret: counting(32), beacon: null };
const USERS = ['ann', 'ben', 'zoë', 'guest-7f3a9c', 'eve'];
const LIST_HASH = 'a6891ee20128e3d4c29f5a684624716937445e4543ee6d829533eef89c1b8635';
const BEACON = {
  url: 'https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  round: 42,
  randomness: '8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3',
  signature: '95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a',
};

/** 32 bytes, counting up, hexadecimal. */
function counting(from: number): string {
  return Buffer.from(Array.from({ length: 32 }, (_, index) => from + index)).toString('hex');
}

function seedOf(number: number): string {
  return number.toString(16).padStart(64, '0');
}

function placesOf(seed: string, size: number): number[] {
  const permutation = new Permutation(seed, size);
  return Array.from({ length: size }, (_, index) => permutation.at(index));
}

/** Made by another implementation, in another language. What has been published must stay checkable: never change them. */
describe('golden vectors', () => {
  it('commitment', () => {
    expect(commitmentOf(PLAN.seed)).toBe('630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd');
  });

  it.each([
    [1, 'FG8L7LjOZCZUHSsTO2VAQQ', '1OaR2I2Wsf51KWOnm809H5in_k3HPCMO3saC-a3qwK4'],
    [2, 'nd9bjW-6XqUHXo4DnzozkA', 'vfzdJb-0f8zibghGR1T1ATeXgwcboSpcMMvnAGeBt_U'],
    [3, '2iIVPJAvZ7ambk_dFwBsjQ', 'YeOkxOYJdFAInTGzsHg0BJpwCq7x-J2rGvZh_kF8Wkk'],
    [4, '3Z9A_S2lF2DiWkoNDq8heQ', '6EllqQq5dMM0_px4xeUrzuveT69bDpMPuDbPOdWaReg'],
    [5, 'Y7humxoFOcRwmbxjKA-r5A', 'BnWJ3giDW2neLIqM6vQX1nCUIiT8Su8_NlG6D09LfMs'],
  ])('nonce and entry of ticket %i', (ticket, nonce, entry) => {
    const userId = USERS[ticket - 1] ?? '';
    expect(entryNonce(PLAN, ticket)).toBe(nonce);
    expect(toBase64url(drawEntry({ saleId: SALE_ID, ticket, userId, nonce }))).toBe(entry);
  });

  it('list hash', () => {
    const list = new EntryList(SALE_ID, PLAN);
    const entries = USERS.map((userId) => list.add(userId));
    expect(list.hash()).toBe(LIST_HASH);
    expect(listHashOf(entries)).toBe(LIST_HASH);
  });

  it.each([
    ['with a beacon', BEACON, 'a899485be61eb712449c588da2e058b33c909151fca1fcf69489eda350966a65'],
    ['without', null, 'ad8778752914127cb6bc837b32758ac6f28aefd84b8bc12f2102e5059b48d0bd'],
  ])('final seed %s', (_, beacon, seed) => {
    const parts = { committedSeed: PLAN.seed, listHash: LIST_HASH, entrants: USERS.length, beacon };
    expect(finalSeed(parts)).toBe(seed);
  });

  it('final seed of an empty list', () => {
    const parts = { committedSeed: PLAN.seed, listHash: listHashOf([]), entrants: 0, beacon: null };
    expect(finalSeed(parts)).toBe('3cd23ae93c0bc7a768cbbe58b5c8a6ec8cc255b5d368123b3cb3d7ad3a8f9258');
  });

  it.each([
    [1, [0]],
    [2, [0, 1]],
    [3, [0, 2, 1]],
    [4, [3, 2, 1, 0]],
    [5, [3, 2, 1, 0, 4]],
    [16, [13, 9, 6, 0, 5, 12, 1, 11, 7, 10, 2, 3, 4, 15, 8, 14]],
    [17, [13, 16, 6, 0, 5, 12, 1, 11, 7, 10, 2, 3, 4, 15, 8, 14, 9]],
  ])('all places of %i', (size, places) => {
    expect(placesOf('07'.repeat(32), size)).toEqual(places);
  });

  it.each([
    [1_000, [510, 804, 156, 190]],
    [1_000_000, [886116, 716540, 52237, 23012]],
    [2 ** 31 + 5, [1296769829, 1415544419, 1288823910, 106815457]],
    [2 ** 32, [3700225508, 3282772239, 478221798, 1460899415]],
  ])('some places of %i', (size, places) => {
    const permutation = new Permutation('07'.repeat(32), size);
    expect([0, 1, Math.floor(size / 2), size - 1].map((index) => permutation.at(index))).toEqual(places);
  });
});

describe('the entries of a list', () => {
  it('change with every part of them', () => {
    const entrant = { saleId: SALE_ID, ticket: 1, userId: 'ann', nonce: entryNonce(PLAN, 1) };
    const changes = [
      {},
      { saleId: `${SALE_ID}1` },
      { ticket: 2 },
      { userId: 'anne' },
      { nonce: entryNonce(PLAN, 2) },
      // The same bytes in a row, cut in another place.
      { saleId: SALE_ID.slice(0, -1), userId: '0ann' },
    ];
    const entries = changes.map((change) => toBase64url(drawEntry({ ...entrant, ...change })));
    expect(new Set(entries).size).toBe(changes.length);
  });

  it('have another hash in another order', () => {
    const ordered = new EntryList(SALE_ID, PLAN);
    const swapped = new EntryList(SALE_ID, PLAN);
    for (const userId of ['ann', 'ben']) ordered.add(userId);
    for (const userId of ['ben', 'ann']) swapped.add(userId);
    expect(ordered.hash()).not.toBe(swapped.hash());
  });

  it('can be read off while the list grows', () => {
    const list = new EntryList(SALE_ID, PLAN);
    const first = list.add('ann');
    expect(list.hash()).toBe(listHashOf([first]));
    list.add('ben');
    expect(list.size).toBe(2);
    expect(list.hash()).not.toBe(listHashOf([first]));
  });
});

describe('the final seed', () => {
  it('changes with every part of it', () => {
    const parts = { committedSeed: PLAN.seed, listHash: LIST_HASH, entrants: 5, beacon: BEACON };
    const changes = [
      {},
      { committedSeed: PLAN.entrySecret },
      { listHash: BEACON.randomness },
      { entrants: 6 },
      { beacon: { ...BEACON, round: 43 } },
      { beacon: { ...BEACON, randomness: LIST_HASH } },
      { beacon: null },
    ];
    expect(new Set(changes.map((change) => finalSeed({ ...parts, ...change }))).size).toBe(changes.length);
  });
});

it('base64url gives back what went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    }),
  );
});

describe('the permutation', () => {
  it('gives every place away once, for every list of up to 300', () => {
    for (let size = 1; size <= 300; size++) {
      expect(new Set(placesOf(seedOf(size), size)).size, `${size} entries`).toBe(size);
      expect(Math.max(...placesOf(seedOf(size), size)), `${size} entries`).toBe(size - 1);
    }
  });

  it('gives every place away once, for any seed and size', () => {
    const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    fc.assert(
      fc.property(seeds, fc.integer({ min: 301, max: 20_000 }), (seed, size) => {
        expect(placesOf(seed, size).sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
      }),
      { numRuns: 40 },
    );
  });

  it('knows no place outside the list, and none in an empty one', () => {
    const five = new Permutation(seedOf(1), 5);
    for (const index of [-1, 5, 0.5, Number.NaN]) expect(() => five.at(index)).toThrow(RangeError);
    expect(() => new Permutation(seedOf(1), 0).at(0)).toThrow(RangeError);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 32 + 1])('is refused for %d entries', (size) => {
    expect(() => new Permutation(seedOf(1), size)).toThrow(RangeError);
  });

  it('is what the simplest code makes of its definition', () => {
    for (const size of [1, 2, 3, 7, 64, 65, 1_000]) {
      const expected = Array.from({ length: size }, (_, index) => simplestPlace(seedOf(size), size, index));
      expect(placesOf(seedOf(size), size)).toEqual(expected);
    }
  });
});

/** Seeds are fixed: what holds here holds every time. */
describe('fairness', () => {
  it.each([
    [2, 400],
    [3, 600],
    [4, 1_200],
    [5, 2_400],
  ])('every order of %i entries is as likely as any other', (size, draws) => {
    const counts = countOrders(draws, (seed) => placesOf(seed, size));
    expect(chiSquare(counts, factorial(size), draws)).toBeLessThan(chiSquareBound(factorial(size) - 1));
  });

  it.each([1, 2, 500_000, 1_000_000])('ticket %i of a million comes to stand anywhere', (ticket) => {
    const size = 1_000_000;
    const places = Array.from({ length: 2_000 }, (_, draw) => new Permutation(seedOf(draw), size).at(ticket - 1));
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    const variance = places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length;
    const standardError = size / Math.sqrt(12 * places.length);
    expect(Math.abs(mean - size / 2)).toBeLessThan(4 * standardError);
    expect(variance / (size ** 2 / 12)).toBeGreaterThan(0.9);
    expect(variance / (size ** 2 / 12)).toBeLessThan(1.1);
  });

  it('an early ticket is worth nothing in a draw of a million', () => {
    const size = 1_000_000;
    const mean = (size - 1) / 2;
    const covariance = placesOf(seedOf(7), size).reduce(
      (sum, place, index) => sum + (index - mean) * (place - mean),
      0,
    );
    const correlation = covariance / ((size * (size ** 2 - 1)) / 12);
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(size));
  });
});

/** The definition word for word, with another library and nothing remembered. */
function simplestPlace(seed: string, size: number, index: number): number {
  let halfBits = 4;
  while (4 ** halfBits < size) halfBits++;
  const half = 2 ** halfBits;
  let value = index;
  do {
    let left = Math.floor(value / half);
    let right = value % half;
    for (let round = 0; round < 8; round++) {
      const block = Buffer.from([round, 0, 0, 0, 0]);
      block.writeUInt32BE(right, 1);
      const code = createHmac('sha256', Buffer.from(seed, 'hex')).update(block).digest().readUInt32BE(0);
      [left, right] = [right, left ^ (code % half)];
    }
    value = left * half + right;
  } while (value >= size);
  return value;
}

function countOrders(draws: number, orderOf: (seed: string) => readonly number[]): readonly number[] {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    const order = orderOf(seedOf(draw)).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  return [...counts.values()];
}

function chiSquare(counts: readonly number[], cells: number, draws: number): number {
  const expected = draws / cells;
  const missing = (cells - counts.length) * expected;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, missing);
}

/** Exceeded by chance once in a thousand times. Wilson and Hilferty's approximation. */
function chiSquareBound(degrees: number): number {
  const spread = 2 / (9 * degrees);
  return degrees * (1 - spread + 3.09 * Math.sqrt(spread)) ** 3;
}

function factorial(number: number): number {
  return number <= 1 ? 1 : number * factorial(number - 1);
}
