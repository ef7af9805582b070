import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readChain } from '../src/beacon/drand/drand-answer.ts';
import { verifiedRandomness } from '../src/beacon/drand/drand-chain.ts';
import { commitmentOf, EntryList, entryNonce, finalSeed, Permutation, toBase64url } from '../src/domain/draw.ts';
import { QUICKNET } from './support/drand-records.ts';

const document = await readFile(new URL('../docs/draw.md', import.meta.url), 'utf8');
const example = JSON.parse(blockIn('json'));

function blockIn(language: string): string {
  const block = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(document)?.[1];
  if (block === undefined) throw new Error(`docs/draw.md has no ${language} block`);
  return block;
}

test('the commitment, the nonces, the entries and the list hash of the example are right', () => {
  const plan = { seed: example.committed_seed, entrySecret: example.entry_secret, beacon: null };
  const list = new EntryList(example.sale_id, plan);
  expect(example.tickets.length).toBeGreaterThan(1);
  for (const [index, { user_id, nonce, entry }] of example.tickets.entries()) {
    expect(entryNonce(plan, index + 1)).toBe(nonce);
    expect(toBase64url(list.add(user_id))).toBe(entry);
  }
  expect(list.hash()).toBe(example.list_hash);
  expect(commitmentOf(example.committed_seed)).toBe(example.commitment);
});

test('the round of the example is one of quicknet', () => {
  const { url, round, signature, randomness } = example.beacon;
  expect(url).toBe(`https://api.drand.sh/${QUICKNET.hash}`);
  expect(verifiedRandomness(readChain(QUICKNET), { round, signature, previousSignature: null })).toBe(randomness);
});

test('the seeds and the places of the example are right', () => {
  const { committed_seed: committedSeed, list_hash: listHash, beacon, tickets, seed } = example;
  const parts = { committedSeed, listHash, entrants: tickets.length };
  expect(finalSeed({ ...parts, beacon })).toBe(seed);
  expect(finalSeed({ ...parts, beacon: null })).toBe(example.seed_without_beacon);
  const permutation = new Permutation(seed, tickets.length);
  for (const [index, { position }] of tickets.entries()) expect(permutation.at(index) + 1).toBe(position);
});

test('the bytes that the document shows hash to the entry', () => {
  const bytes = Buffer.from(blockIn('text').replace(/#.*|\s/g, ''), 'hex');
  expect(document).toContain(`of these ${bytes.length} bytes`);
  expect(createHash('sha256').update(bytes).digest('base64url')).toBe(example.tickets[1].entry);
});
