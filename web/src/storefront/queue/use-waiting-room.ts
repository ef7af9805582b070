import { useVisit } from '../live/use-visit.ts';
import { WaitingRoom, type WaitingRoomState } from './waiting-room.ts';

export interface Waiting extends WaitingRoomState, Pick<WaitingRoom, 'join' | 'comeIn' | 'leave'> {}

/** A visit to the waiting room for as long as the page is shown. */
export function useWaitingRoom(saleId: string): Waiting | null {
  const begun = useVisit<WaitingRoomState, WaitingRoom>(WaitingRoom, saleId);
  if (!begun) return null;
  const { join, comeIn, leave } = begun.visit;
  return { ...begun.state, join, comeIn, leave };
}
