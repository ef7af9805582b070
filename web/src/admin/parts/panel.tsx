import { type ReactNode, useId } from 'react';
import { Card } from '../../shared/card.tsx';

interface PanelProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, aside, children }: PanelProps) {
  const id = useId();
  return (
    <Card>
      <section aria-labelledby={id} className="grid gap-4 p-5 sm:p-6">
        <div className="flex items-baseline justify-between gap-4">
          <h2 id={id} className="font-semibold">
            {title}
          </h2>
          {aside && <div className="shrink-0 text-sm text-muted">{aside}</div>}
        </div>
        {children}
      </section>
    </Card>
  );
}
