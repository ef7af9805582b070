import type { ReactNode } from 'react';
import { Card } from './card.tsx';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

interface FactListProps {
  readonly facts: readonly Fact[];
}

/** Names and their values, one below the other. */
export function FactList({ facts }: FactListProps) {
  return (
    <Card>
      <dl className="divide-y divide-line">
        {facts.map(({ name, value }) => (
          <div key={name} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-3.5">
            <dt className="text-sm text-muted first-letter:uppercase">{name}</dt>
            <dd className="font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
