import { availableParallelism } from 'node:os';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { bulkhead } from 'cockatiel';
import { type ProofChallenge, readChallenge } from '#sdk/contract/challenge.ts';
import type { Ask } from './buyer-api.ts';

/** One machine works for all devices, a few at a time. */
const work = bulkhead(availableParallelism(), Number.POSITIVE_INFINITY);

/** Asks for a challenge and does its work, as the buyer's page would. Null where the server gives none out. */
export async function answerChallenge(ask: Ask, saleId: string, token: string): Promise<string | null> {
  return work.execute(async () => {
    const answer = await ask(readChallenge, { sale_id: saleId }, { token });
    return answer.kind === 'given' ? solve(answer.body) : null;
  });
}

/** What ALTCHA's widget hands in. */
async function solve(challenge: ProofChallenge): Promise<string | null> {
  const solution = await solveChallenge({ challenge, deriveKey });
  if (!solution) return null;
  const { counter, derivedKey } = solution;
  return Buffer.from(JSON.stringify({ challenge, solution: { counter, derivedKey } })).toString('base64');
}
