import type { Draw } from '#sdk/contract/draw.ts';
import { Card } from '../../shared/card.tsx';
import { keptPlace } from '../buyer/kept-place.ts';
import { verifyTexts as texts } from '../texts/verify-texts.ts';

interface OwnPlaceProps {
  readonly draw: Draw;
  /** Null: this browser took no part in the draw. */
  readonly position: number | null;
}

export function OwnPlace({ draw, position }: OwnPlaceProps) {
  const place = keptPlace(draw.sale_id);
  if (!place) return <p className="text-muted">{texts.noOwn}</p>;
  if (position === null) return <p className="text-muted">{texts.ownLate(place.ticket)}</p>;
  return (
    <Card className="grid gap-1 p-6 ring-2 ring-accent">
      <h2 className="text-sm text-muted">{texts.own}</h2>
      <p className="text-4xl font-semibold tracking-tight tabular-nums">
        {texts.ownPosition(position, draw.entrants ?? 0)}
      </p>
      <p className="text-sm text-muted">{texts.ownTicket(place.ticket)}</p>
    </Card>
  );
}
