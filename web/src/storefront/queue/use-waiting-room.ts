import { useEffect, useState, useSyncExternalStore } from 'react';
import { useApi } from '../../shared/api.tsx';
import { WaitingRoom, type WaitingRoomState } from './waiting-room.ts';

export interface Waiting extends WaitingRoomState {
  readonly join: () => void;
  readonly comeIn: () => void;
  readonly leave: () => void;
}

/** A visit to the waiting room for as long as the page is shown. */
export function useWaitingRoom(saleId: string): Waiting | null {
  const api = useApi();
  const [room, setRoom] = useState<WaitingRoom | null>(null);
  useEffect(() => {
    const visit = new WaitingRoom(api, saleId);
    visit.start();
    setRoom(visit);
    return () => visit.stop();
  }, [api, saleId]);
  const state = useSyncExternalStore(room?.subscribe ?? subscribeToNothing, room?.read ?? (() => null));
  return room && state && { ...state, join: room.join, comeIn: room.comeIn, leave: room.leave };
}

function subscribeToNothing() {
  return () => {};
}
