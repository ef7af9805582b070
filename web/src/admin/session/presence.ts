import type { ConsoleUse } from '#sdk/client.ts';

/** Who has touched nothing for so long may have left. */
const PRESENT_MS = 60_000;

/** Watches whether a person is at the page: only then is their session prolonged. Returns what to tell the server. */
export function watchPresence(target: EventTarget = window): () => ConsoleUse {
  let lastInputAtMs = performance.now();
  const noteInput = () => {
    lastInputAtMs = performance.now();
  };
  for (const type of ['pointerdown', 'keydown', 'wheel']) {
    target.addEventListener(type, noteInput, { capture: true, passive: true });
  }
  return () => (performance.now() - lastInputAtMs < PRESENT_MS ? 'active' : 'idle');
}
