import { useEffect, useState } from 'react';
import { TidegateProblem } from '#sdk/client.ts';
import type { LiveSale } from '#sdk/contract/live-sale.ts';
import { useApi } from '../../shared/api.tsx';
import { type Moment, withMoment } from './samples.ts';

export interface LiveView {
  readonly sale: LiveSale;
  readonly moments: readonly Moment[];
  /** When the stream said something last, by this page's own clock: `performance.now()`. */
  readonly heardAtMs: number;
}

export interface LiveStream {
  /** Null until the stream has said something. */
  readonly view: LiveView | null;
  /** Why there is nothing to follow; null: there is, or may be again. */
  readonly error: unknown;
}

const TRY_AGAIN_MS = 3_000;

/** Follows the operations stream of a sale for as long as it is shown, over as many connections as it takes. */
export function useLiveSale(saleId: string): LiveStream {
  const api = useApi();
  const [view, setView] = useState<LiveView | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const closing = new AbortController();
    setView(null);
    setError(null);
    const follow = async () => {
      for await (const sale of api.streamAdminSale({ sale_id: saleId }, { signal: closing.signal })) {
        setError(null);
        setView((before) => ({
          sale,
          moments: withMoment(before?.moments ?? [], sale),
          heardAtMs: performance.now(),
        }));
      }
    };
    const followForever = async () => {
      while (!closing.signal.aborted) {
        await follow().catch((reason: unknown) => closing.signal.aborted || setError(reason));
        await pause(TRY_AGAIN_MS, closing.signal);
      }
    };
    void followForever();
    return () => closing.abort();
  }, [api, saleId]);
  return { view, error };
}

/** Is it gone, rather than out of reach? */
export function isGone(error: unknown): boolean {
  return error instanceof TidegateProblem && error.code === 'not_found';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
