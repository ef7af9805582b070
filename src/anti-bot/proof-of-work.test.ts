import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveChallenge } from '../cli/simulate/solve-challenge.ts';
import { MemoryTallies } from './memory/memory-tallies.ts';
import type { ProofChallenge } from './proof-answer.ts';
import { ProofOfWork } from './proof-of-work.ts';

/** Where the tests begin. Behind the clock of the machine a challenge would have expired for the library. */
const T0 = Date.UTC(2100, 0, 1);
const MINUTE_MS = 60_000;
const ANN = { userId: 'ann', saleId: 'sale-1' };
const KEY = { kid: 'a', secret: 'the first secret of this server, kept' };
const NEWER_KEY = { kid: 'b', secret: 'the secret that came after the first' };
const proofOfWork = () => new ProofOfWork([KEY], new MemoryTallies());

async function answered(proof: ProofOfWork, owner = ANN, tries = 3): Promise<string> {
  return solveChallenge(await proof.issue(owner, tries, T0));
}

function altered(answer: string, alter: (parts: { challenge: ProofChallenge; solution: object }) => object): string {
  const parts = JSON.parse(Buffer.from(answer, 'base64').toString());
  return Buffer.from(JSON.stringify(alter(parts))).toString('base64');
}

test('the work done is accepted', async () => {
  const proof = proofOfWork();
  expect(await proof.verify(await answered(proof), ANN, T0 + MINUTE_MS)).toBe('solved');
});

test('no two challenges are the same', async () => {
  const proof = proofOfWork();
  const [one, other] = [await proof.issue(ANN, 3, T0), await proof.issue(ANN, 3, T0)];
  expect(one.parameters.nonce).not.toBe(other.parameters.nonce);
  expect(one.signature).not.toBe(other.signature);
});

test.each([
  ['another account', { userId: 'bob', saleId: 'sale-1' }],
  ['another sale', { userId: 'ann', saleId: 'sale-2' }],
])('an answer is worth nothing for %s', async (_, owner) => {
  const proof = proofOfWork();
  const answer = await answered(proof);
  expect(await proof.verify(answer, owner, T0)).toBe('foreign');
  const relabelled = altered(answer, ({ challenge, solution }) => {
    const data = { ...challenge.parameters.data, sale_id: owner.saleId, user_id: owner.userId };
    return { challenge: { ...challenge, parameters: { ...challenge.parameters, data } }, solution };
  });
  expect(await proof.verify(relabelled, owner, T0)).toBe('foreign');
});

test('a challenge made easier is not one that was given', async () => {
  const proof = proofOfWork();
  const challenge = await proof.issue(ANN, 1_000_000, T0);
  const easier = { ...challenge, parameters: { ...challenge.parameters, cost: 1, keyPrefix: '0' } };
  expect(await proof.verify(await solveChallenge(easier), ANN, T0)).toBe('foreign');
});

test('a guess in place of the work is wrong', async () => {
  const proof = proofOfWork();
  const guess = altered(await answered(proof), ({ challenge }) => ({
    challenge,
    solution: { counter: 1, derivedKey: challenge.parameters.keyPrefix.padEnd(64, '0') },
  }));
  expect(await proof.verify(guess, ANN, T0)).toBe('wrong');
});

test('an answer comes within five minutes', async () => {
  const proof = proofOfWork();
  const answer = await answered(proof);
  expect(await proof.verify(answer, ANN, T0 + 5 * MINUTE_MS)).toBe('expired');
  expect(await proof.verify(answer, ANN, T0 + 5 * MINUTE_MS - 1)).toBe('solved');
});

test('an answer lets its buyer in once; a repeat of the same request may come for a minute', async () => {
  const proof = proofOfWork();
  const answer = await answered(proof);
  expect(await proof.verify(answer, ANN, T0)).toBe('solved');
  expect(await proof.verify(answer, ANN, T0 + MINUTE_MS - 1)).toBe('solved');
  expect(await proof.verify(answer, ANN, T0 + MINUTE_MS)).toBe('used');
});

test('an answer that was wrong is not used up', async () => {
  const proof = proofOfWork();
  const answer = await answered(proof);
  const wrong = altered(answer, ({ challenge }) => ({ challenge, solution: { counter: 0, derivedKey: '00' } }));
  expect(await proof.verify(wrong, ANN, T0)).toBe('wrong');
  expect(await proof.verify(answer, ANN, T0 + 2 * MINUTE_MS)).toBe('solved');
});

test('challenges of an older key are good until that key is gone', async () => {
  const answer = await answered(proofOfWork());
  expect(await new ProofOfWork([NEWER_KEY, KEY], new MemoryTallies()).verify(answer, ANN, T0)).toBe('solved');
  expect(await new ProofOfWork([NEWER_KEY], new MemoryTallies()).verify(answer, ANN, T0)).toBe('foreign');
});

test('a challenge of another server is foreign, under whatever key id', async () => {
  const answer = await answered(new ProofOfWork([{ kid: KEY.kid, secret: NEWER_KEY.secret }], new MemoryTallies()));
  expect(await proofOfWork().verify(answer, ANN, T0)).toBe('foreign');
});

test('what is no answer is refused, and never a fault', async () => {
  const proof = proofOfWork();
  const inBase64 = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64');
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.anything().map(inBase64)), async (text) => {
      expect(await proof.verify(text, ANN, T0)).toBe('unreadable');
    }),
  );
});

test.each(['challenge', 'solution'] as const)('an answer without its %s is unreadable', async (part) => {
  const proof = proofOfWork();
  const answer = altered(await answered(proof), (parts) => ({ ...parts, [part]: null }));
  expect(await proof.verify(answer, ANN, T0)).toBe('unreadable');
});

test('the work is as much as was asked for', async () => {
  const proof = proofOfWork();
  const counters = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const answer = await answered(proof, ANN, 4);
      return JSON.parse(Buffer.from(answer, 'base64').toString()).solution.counter;
    }),
  );
  expect(new Set(counters)).toEqual(new Set([0, 1, 2, 3]));
});
