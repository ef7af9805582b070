import { generatePath, Link } from 'react-router';
import type { SaleDetails, SaleStatus } from '#sdk/contract/sale.ts';
import { Button, buttonClasses } from '../../shared/button.tsx';
import { texts } from '../texts.ts';
import { wayIn } from './way-in.ts';

type Phase = SaleStatus['phase'];

interface SaleActionProps {
  readonly details: SaleDetails;
  readonly status: SaleStatus | null;
}

/** The way into the sale. */
export function SaleAction({ details, status }: SaleActionProps) {
  const { sale_id: saleId, waiting_room: room } = details;
  const phase = status?.phase ?? 'upcoming';
  const way = wayIn(details, status);
  if (!way)
    return (
      <Button size="large" disabled>
        {closedWords(phase, room !== null)}
      </Button>
    );
  return (
    <Link
      to={generatePath(way.path, { saleId })}
      reloadDocument={way.isOtherEntry}
      className={buttonClasses({ size: 'large' })}
    >
      {openWords(phase, room !== null)}
    </Link>
  );
}

function openWords(phase: Phase, hasRoom: boolean): string {
  if (!hasRoom) return texts.shopNow;
  return phase === 'queueing' ? texts.joinRoom : texts.toRoom;
}

function closedWords(phase: Phase, hasRoom: boolean): string {
  if (phase === 'upcoming') return hasRoom ? texts.roomNotOpen : texts.notStarted;
  return texts.phases[phase];
}
