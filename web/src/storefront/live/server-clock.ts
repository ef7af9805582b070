import { useEffect, useState } from 'react';
import type { Client } from '#sdk/client.ts';
import { betterOffset, type ClockOffset, offsetOf } from '../../shared/clock-drift.ts';

let known: { readonly offset: ClockOffset; readonly atMs: number } | null = null;

/** The clock that decides, as far as it has been asked: epoch milliseconds. */
export function serverNowMs(): number {
  return known ? performance.now() + known.offset.offsetMs : Date.now();
}

async function measure(api: Client): Promise<void> {
  const sentAtMs = performance.now();
  const { now } = await api.readTime();
  const receivedAtMs = performance.now();
  const measured = offsetOf({ sentAtMs, receivedAtMs, serverMs: Date.parse(now) });
  const offset = betterOffset(known?.offset ?? null, known ? receivedAtMs - known.atMs : 0, measured);
  if (offset !== known?.offset) known = { offset, atMs: receivedAtMs };
}

/** The server's time, once a second. It is asked on arrival, and whenever the page comes back into view. */
export function useServerNow(api: Client): number {
  const [now, setNow] = useState(serverNowMs);
  useEffect(() => {
    const ask = () => {
      // Without an answer the last offset stands.
      if (!document.hidden)
        measure(api).then(
          () => setNow(serverNowMs()),
          () => {},
        );
    };
    ask();
    document.addEventListener('visibilitychange', ask);
    const timer = setInterval(() => setNow(serverNowMs()), 1_000);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      clearInterval(timer);
    };
  }, [api]);
  return now;
}
