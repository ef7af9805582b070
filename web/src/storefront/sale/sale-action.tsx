import { generatePath, Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { storefrontPaths as paths } from '../paths.ts';
import { texts } from '../texts.ts';

type Phase = SaleStatus['phase'];

interface SaleActionProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
}

/** The way into the sale. The server's word opens it: no clock of this machine does. */
export function SaleAction({ details, status }: SaleActionProps) {
  const { sale_id: saleId, waiting_room: room } = details;
  const phase = status?.phase ?? 'upcoming';
  if (phase === 'ended' || phase === 'cancelled') return null;
  const open = room ? isRoomOpen(phase) : phase === 'live';
  if (!open)
    return (
      <Button size="large" disabled>
        {closedWords(phase, room !== null)}
      </Button>
    );
  return (
    <Link
      to={generatePath(room ? paths.queue : paths.checkout, { saleId })}
      reloadDocument={room !== null}
      className={buttonClasses({ size: 'large' })}
    >
      {openWords(phase, room !== null)}
    </Link>
  );
}

/** Whoever waits goes on waiting through a pause, and while the last reservations may still lapse. */
function isRoomOpen(phase: Phase): boolean {
  return phase === 'queueing' || phase === 'live' || phase === 'paused';
}

function openWords(phase: Phase, hasRoom: boolean): string {
  if (!hasRoom) return texts.shopNow;
  return phase === 'queueing' ? texts.joinRoom : texts.toRoom;
}

function closedWords(phase: Phase, hasRoom: boolean): string {
  if (phase === 'upcoming') return hasRoom ? texts.roomNotOpen : texts.notStarted;
  return texts.phases[phase];
}
