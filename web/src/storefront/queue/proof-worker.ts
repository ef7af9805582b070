import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2';
import type { ProofChallenge } from '#sdk/contract/challenge.ts';

/** What the worker says: how many tries it has made, and in the end the answer, or null if it found none in time. */
export type ProofNews = { readonly tries: number } | { readonly answer: string | null };

const TELL_EVERY = 10;

self.addEventListener('message', ({ data: challenge }: MessageEvent<ProofChallenge>) => void solve(challenge));

async function solve(challenge: ProofChallenge): Promise<void> {
  let tries = 0;
  const counted: typeof deriveKey = (...args) => {
    tries += 1;
    if (tries % TELL_EVERY === 0) tell({ tries });
    return deriveKey(...args);
  };
  const solution = await solveChallenge({ challenge, deriveKey: counted });
  tell({ answer: solution && btoa(JSON.stringify({ challenge, solution })) });
}

function tell(news: ProofNews): void {
  self.postMessage(news);
}
