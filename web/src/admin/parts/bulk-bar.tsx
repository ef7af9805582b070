import type { ReactNode } from 'react';
import { Button } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { partTexts as texts } from '../texts/part-texts.ts';

interface BulkBarProps {
  /** How many of them are chosen. */
  readonly count: number;
  readonly onSelect: (ids: readonly string[]) => void;
  /** Of all that is shown. */
  readonly ids: readonly string[];
  readonly progress: { readonly done: number; readonly of: number } | null;
  readonly children: ReactNode;
}

/** What can be done with the entries that are chosen; at the foot of the window, so that it is always there. */
export function BulkBar({ count, ids, onSelect, progress, children }: BulkBarProps) {
  if (count === 0) return null;
  return (
    <Card className="sticky bottom-4 z-20 flex flex-wrap items-center p-3 pl-5 sm:gap-x-3 shadow-floating">
      <p role="status" className="mr-auto text-sm font-medium tabular-nums">
        {progress ? texts.progress(progress.done, progress.of) : texts.selected(count)}
      </p>
      {count < ids.length && (
        <Button look="quiet" className="max-sm:px-2" onClick={() => onSelect(ids)}>
          {texts.selectAll}
        </Button>
      )}
      <Button look="quiet" className="max-sm:px-2" onClick={() => onSelect([])}>
        {texts.clearSelection}
      </Button>
      <div className="flex gap-3 max-sm:w-full max-sm:*:flex-1 max-sm:pt-2 max-sm:pr-2">{children}</div>
    </Card>
  );
}
