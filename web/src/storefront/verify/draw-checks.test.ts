import { describe, expect, test } from 'vitest';
import {
  commitmentOf,
  EntryList,
  entryNonce,
  finalSeed,
  randomnessOf,
  toBase64url,
} from '../../../../src/domain/draw.ts';
import { type DrawnDraw, verifyDraw } from './draw-checks.ts';

const SALE_ID = '0198f3c2-6f1e-7b54-9a63-2d1c5e8f4a70';
const COMMITTED_SEED = '01'.repeat(32);
const PLAN = { seed: COMMITTED_SEED, entrySecret: '02'.repeat(32), beacon: null };
const SIGNATURE = 'ab'.repeat(48);
const OTHER = 'ff'.repeat(32);
const USERS = ['ann', 'ben', 'cid', 'eve'];
const OWN = { saleId: SALE_ID, ticket: 2, userId: 'ben', nonce: entryNonce(PLAN, 2) };

function drawn() {
  const list = new EntryList(SALE_ID, PLAN);
  const entries = Uint8Array.from(USERS.flatMap((userId) => [...list.add(userId)]));
  const beacon = {
    url: 'https://beacon.example/1',
    round: 7,
    randomness: randomnessOf(SIGNATURE),
    signature: SIGNATURE,
  };
  const result = { entrants: USERS.length, listHash: list.hash(), committedSeed: COMMITTED_SEED, beacon };
  const seed = finalSeed(result);
  const draw: DrawnDraw = {
    sale_id: SALE_ID,
    state: 'drawn',
    trust: 'beacon',
    commitment: commitmentOf(COMMITTED_SEED),
    closes_at: '2030-01-01T00:00:00.000Z',
    beacon: { url: beacon.url, round: beacon.round, due_at: '2030-01-01T00:00:03.000Z' },
    entrants: USERS.length,
    list_hash: list.hash(),
    drawn: { committed_seed: COMMITTED_SEED, beacon, seed },
    algorithm: {},
    earlier: [],
  };
  return { draw, entries, status: { entrants: USERS.length, list_hash: list.hash(), seed } };
}

const wrongIn = (...args: Parameters<typeof verifyDraw>) =>
  verifyDraw(...args).checks.flatMap(({ name, verdict }) => (verdict === 'wrong' ? [name] : []));

describe('a draw that a browser computes again', () => {
  test('is right where every value follows from the others, and shows the own place', () => {
    const { draw, entries, status } = drawn();
    expect(wrongIn(draw, status, entries, OWN)).toEqual([]);
    const { placings, ownPosition } = verifyDraw(draw, status, entries, OWN);
    expect(placings.map(({ ticket }) => ticket).sort()).toEqual([1, 2, 3, 4]);
    expect(placings.find(({ ticket }) => ticket === 2)?.position).toBe(ownPosition);
  });

  test('is checked also by whoever took no part', () => {
    const { draw, entries, status } = drawn();
    expect(wrongIn(draw, status, entries, null)).toEqual([]);
    expect(verifyDraw(draw, status, entries, null).ownPosition).toBeNull();
    expect(verifyDraw(draw, status, entries, { ...OWN, ticket: 5 }).ownPosition).toBeNull();
  });

  test('is wrong with another seed than the committed one', () => {
    const { draw, entries, status } = drawn();
    const lie = { ...draw, drawn: { ...draw.drawn, committed_seed: OTHER } };
    expect(wrongIn(lie, status, entries, OWN)).toEqual(['commitment', 'seed']);
  });

  test('is wrong with an entry that was swapped or left out', () => {
    const { draw, entries, status } = drawn();
    const swapped = Uint8Array.from([...entries.subarray(32, 64), ...entries.subarray(0, 32), ...entries.subarray(64)]);
    expect(wrongIn(draw, status, swapped, OWN)).toEqual(['list', 'own_entry']);
    expect(wrongIn(draw, status, entries.subarray(0, 96), OWN)).toEqual(['list']);
  });

  test('is wrong with a round or a randomness of its own choice', () => {
    const { draw, entries, status } = drawn();
    const { beacon } = draw.drawn;
    if (!beacon) throw new TypeError('the draw is bound to a beacon');
    const otherRound = { ...draw, drawn: { ...draw.drawn, beacon: { ...beacon, round: 8 } } };
    expect(wrongIn(otherRound, status, entries, OWN)).toEqual(['beacon_round', 'seed']);
    const otherRandomness = { ...draw, drawn: { ...draw.drawn, beacon: { ...beacon, randomness: OTHER } } };
    expect(wrongIn(otherRandomness, status, entries, OWN)).toEqual(['beacon_randomness', 'seed']);
  });

  test('is wrong where the buyers were told another seed', () => {
    const { draw, entries, status } = drawn();
    expect(wrongIn(draw, { ...status, seed: OTHER }, entries, OWN)).toEqual(['status']);
  });

  test('is wrong for whoever finds somebody else at their ticket', () => {
    const { draw, entries, status } = drawn();
    const nonce = toBase64url(new Uint8Array(16));
    expect(wrongIn(draw, status, entries, { ...OWN, nonce })).toEqual(['own_entry']);
  });
});
