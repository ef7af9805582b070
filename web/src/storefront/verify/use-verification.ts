import { useEffect, useState } from 'react';
import type { Draw } from '#sdk/contract/draw.ts';
import type { DrawnDraw, Verification } from './draw-checks.ts';
import { ownEntrant } from './own-entrant.ts';
import type { VerifyNews } from './verify-worker.ts';

export type VerificationProgress =
  | { readonly stage: 'reading'; readonly read: number }
  | { readonly stage: 'done'; readonly verification: Verification }
  | { readonly stage: 'failed'; readonly detail: string };

/** Computes the draw again in a thread of its own. Null while there is nothing to compute. */
export function useVerification(draw: Draw | undefined): VerificationProgress | null {
  const [progress, setProgress] = useState<VerificationProgress | null>(null);
  useEffect(() => {
    if (!draw || !isDrawn(draw)) return;
    setProgress({ stage: 'reading', read: 0 });
    const worker = new Worker(new URL('./verify-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<VerifyNews>) => setProgress(progressOf(data)));
    worker.addEventListener('error', ({ message }) => setProgress({ stage: 'failed', detail: message }));
    worker.postMessage({ draw, own: ownEntrant(draw.sale_id) });
    return () => worker.terminate();
  }, [draw]);
  return progress;
}

export function isDrawn(draw: Draw): draw is DrawnDraw {
  return draw.drawn !== null && draw.entrants !== null && draw.list_hash !== null;
}

function progressOf(news: VerifyNews): VerificationProgress {
  if ('read' in news) return { stage: 'reading', read: news.read };
  if ('failed' in news) return { stage: 'failed', detail: news.failed };
  return { stage: 'done', verification: news.verification };
}
