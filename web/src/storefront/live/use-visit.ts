import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Client } from '#sdk/client.ts';
import { useApi } from '../../shared/api.tsx';
import type { VisitState } from './visit-state.ts';

/** Something that goes on while a page is shown, outside of React. */
interface Visit<State extends object> {
  readonly shown: VisitState<State>;
  start(): void;
  stop(): void;
}

type VisitClass<State extends object, Kind extends Visit<State>> = new (api: Client, saleId: string) => Kind;

/** Starts a visit to a sale with the page and stops it with the page. Null until it has begun. */
export function useVisit<State extends object, Kind extends Visit<State>>(
  VisitOf: VisitClass<State, Kind>,
  saleId: string,
): { readonly visit: Kind; readonly state: State } | null {
  const api = useApi();
  const [visit, setVisit] = useState<Kind | null>(null);
  useEffect(() => {
    const begun = new VisitOf(api, saleId);
    begun.start();
    setVisit(begun);
    return () => begun.stop();
  }, [api, saleId, VisitOf]);
  const state = useSyncExternalStore(visit?.shown.subscribe ?? subscribeToNothing, visit?.shown.read ?? readNothing);
  return visit && state !== null ? { visit, state } : null;
}

function subscribeToNothing() {
  return () => {};
}

function readNothing() {
  return null;
}
