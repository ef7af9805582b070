import type { Change } from './order-event.ts';
import type { RoomChange } from './room-event.ts';

/** An outcome, and the changes that it brings about. */
export interface Decision<Outcome> {
  readonly outcome: Outcome;
  readonly changes: readonly (Change | RoomChange)[];
}
