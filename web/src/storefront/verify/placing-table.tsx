import { Badge } from '../../shared/badge.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { formatCount } from '../../shared/numbers.ts';
import { verifyTexts as texts } from '../texts/verify-texts.ts';
import type { Placing } from './draw-checks.ts';

interface PlacingTableProps {
  readonly placings: readonly Placing[];
  readonly own: number | null;
}

/** The front of the line, and who stands around the own place. */
export function PlacingTable({ placings, own }: PlacingTableProps) {
  return (
    <section aria-labelledby="order" className="grid gap-3">
      <h2 id="order" className="text-lg font-semibold">
        {texts.order}
      </h2>
      <table className="w-full border-collapse text-left tabular-nums">
        <thead>
          <tr className="border-b border-line text-sm text-muted">
            <th scope="col" className="px-3 py-2 font-medium">
              {texts.position}
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              {texts.ticket}
            </th>
          </tr>
        </thead>
        <tbody>
          {placings.map(({ position, ticket }, index) => {
            const follows = index === 0 || placings[index - 1]?.position === position - 1;
            return (
              <tr
                key={position}
                className={joinClasses(
                  position === own && 'bg-accent-soft font-semibold',
                  follows ? 'border-b border-line' : 'border-t-4 border-b border-double border-line',
                )}
              >
                <td className="px-3 py-2.5">{formatCount(position)}</td>
                <td className="px-3 py-2.5">
                  {formatCount(ticket)} {position === own && <Badge tone="accent">{texts.you}</Badge>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
