import { useEffect, useState } from 'react';
import type { Client } from '#sdk/client.ts';
import { betterOffset, type ClockOffset, type ClockPair, hasJumped, offsetOf } from './clock-drift.ts';

let known: { readonly offset: ClockOffset; readonly atMs: number } | null = null;
let measuring: Promise<void> | null = null;
let asked = false;

/** Clocks drift apart by some milliseconds in that time. */
const MEASURE_EVERY_MS = 5 * 60_000;
/** An answer that took twice as long is asked for once more. */
const GOOD_ERROR_MS = 150;

/** The clock that decides, as far as it has been asked: epoch milliseconds. */
export function serverNowMs(): number {
  return known ? performance.now() + known.offset.offsetMs : Date.now();
}

/** False on arrival: until the clock has been asked, or heard of, this machine's own may be wrong by any time. */
export function isServerTimeSettled(): boolean {
  return asked || known !== null;
}

/** How old a status may be that a cache or a slow line has kept. */
const STATUS_ERROR_MS = 3_000;

/** Takes notice of what a status says in passing: too rough to set the clock by, good enough to see that it is wrong. */
export function hearServerTime(now: string): void {
  const heardAtMs = performance.now();
  const heard = { offsetMs: Date.parse(now) - heardAtMs, errorMs: STATUS_ERROR_MS };
  const offset = betterOffset(known?.offset ?? null, known ? heardAtMs - known.atMs : 0, heard);
  if (offset !== known?.offset) known = { offset, atMs: heardAtMs };
}

/** Asks the server's clock, once however many want to know. Without an answer the last offset stands. */
function measureServerClock(api: Client): Promise<void> {
  measuring ??= measureTwice(api)
    .catch(() => {})
    .finally(() => {
      asked = true;
      measuring = null;
    });
  return measuring;
}

async function measureTwice(api: Client): Promise<void> {
  if ((await measure(api)) > GOOD_ERROR_MS) await measure(api);
}

async function measure(api: Client): Promise<number> {
  const sentAtMs = performance.now();
  const { now } = await api.readTime();
  const receivedAtMs = performance.now();
  const measured = offsetOf({ sentAtMs, receivedAtMs, serverMs: Date.parse(now) });
  const offset = betterOffset(known?.offset ?? null, known ? receivedAtMs - known.atMs : 0, measured);
  if (offset !== known?.offset) known = { offset, atMs: receivedAtMs };
  return measured.errorMs;
}

/**
 * The server's time, a moment after each of its seconds begins. It is asked on arrival, every few minutes, whenever the
 * page comes back into view, and when this machine has slept or its clock was set.
 */
export function useServerNow(api: Client): number {
  const [now, setNow] = useState(serverNowMs);
  useEffect(() => {
    let last = readClocks();
    let timer: ReturnType<typeof setTimeout>;
    const show = () => {
      clearTimeout(timer);
      setNow(serverNowMs());
      timer = setTimeout(tick, 1_000 - (serverNowMs() % 1_000));
    };
    const ask = () => {
      if (!document.hidden) void measureServerClock(api).then(show);
    };
    const tick = () => {
      const clocks = readClocks();
      const isOld = known !== null && clocks.monotonicMs - known.atMs > MEASURE_EVERY_MS;
      if (isOld || hasJumped(last, clocks)) ask();
      last = clocks;
      show();
    };
    show();
    ask();
    document.addEventListener('visibilitychange', ask);
    return () => {
      document.removeEventListener('visibilitychange', ask);
      clearTimeout(timer);
    };
  }, [api]);
  return now;
}

function readClocks(): ClockPair {
  return { wallMs: Date.now(), monotonicMs: performance.now() };
}
