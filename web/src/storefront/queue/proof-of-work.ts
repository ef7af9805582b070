import type { ProofChallenge } from '#sdk/contract/challenge.ts';
import type { ProofNews } from './proof-worker.ts';

/** What a challenge takes on average, while nobody is in a rush. */
const USUAL_TRIES = 250;

/** Where a proof may stand after so many tries: it nears 1 and never says that it is there before it is. */
export function proofProgress(tries: number): number {
  return 1 - Math.exp(-tries / USUAL_TRIES);
}

/**
 * Does the work in a thread of its own, so that the page stays alive.
 * @throws Error when the worker fails or finds nothing; the signal's reason once it aborts
 */
export function solveInWorker(
  challenge: ProofChallenge,
  onTries: (tries: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const worker = new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.addEventListener('error', () => reject(new Error('the proof of work could not be done')));
    worker.addEventListener('message', ({ data }: MessageEvent<ProofNews>) => {
      if ('tries' in data) onTries(data.tries);
      else if (data.answer !== null) resolve(data.answer);
      else reject(new Error('the proof of work was not found in time'));
    });
    worker.postMessage(challenge);
  }).finally(() => worker.terminate());
}
