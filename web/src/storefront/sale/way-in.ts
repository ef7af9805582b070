import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { storefrontPaths as paths } from '../paths.ts';

export interface WayIn {
  readonly path: typeof paths.queue | typeof paths.checkout;
  /** The waiting room is an application of its own: the browser has to load it. */
  readonly isOtherEntry: boolean;
}

/** Where buying begins at this moment. Null: nowhere. The server's word opens it: no clock of this machine does. */
export function wayIn({ waiting_room: room }: SaleDetails, status: SaleStatus | null): WayIn | null {
  const phase = status?.phase ?? 'upcoming';
  if (!room) return phase === 'live' ? { path: paths.checkout, isOtherEntry: false } : null;
  // Whoever waits goes on waiting through a pause.
  const isRoomOpen = phase === 'queueing' || phase === 'live' || phase === 'paused';
  return isRoomOpen ? { path: paths.queue, isOtherEntry: true } : null;
}

export function isOver(status: SaleStatus | null): boolean {
  return status?.phase === 'ended' || status?.phase === 'cancelled';
}
