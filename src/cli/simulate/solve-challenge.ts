import { solveChallenge as solve } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { ProofChallenge } from '#sdk/contract/challenge.ts';

/** Does the work, as the widget does it in a page. Returns the answer as the entrance takes it. */
export async function solveChallenge(challenge: ProofChallenge): Promise<string> {
  const solution = await solve({ challenge, deriveKey });
  if (!solution) throw new Error('a challenge was not solved in time');
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}
