import { availableParallelism } from 'node:os';
import { bulkhead } from 'cockatiel';
import { readChallenge } from '#sdk/contract/challenge.ts';
import type { Ask } from './buyer-api.ts';
import { solveChallenge } from './solve-challenge.ts';

/** One machine works for all devices, a few at a time. */
const work = bulkhead(availableParallelism(), Number.POSITIVE_INFINITY);

/** Asks for a challenge and solves it. Null where the server gives none out. */
export async function answerChallenge(ask: Ask, saleId: string, token: string): Promise<string | null> {
  return work.execute(async () => {
    const answer = await ask(readChallenge, { sale_id: saleId }, { token });
    return answer.kind === 'given' ? solveChallenge(answer.body) : null;
  });
}
