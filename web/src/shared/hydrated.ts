import { useSyncExternalStore } from 'react';

/**
 * False while React takes over a page that was rendered elsewhere, true from then on: for what depends on the browser,
 * such as its time zone, and must not differ at first.
 */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
}

function subscribeToNothing() {
  return () => {};
}
