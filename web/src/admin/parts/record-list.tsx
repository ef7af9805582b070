import type { ReactNode } from 'react';
import { Button } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { Skeleton } from '../../shared/skeleton.tsx';
import { sharedTexts } from '../../shared/texts.ts';
import { partTexts as texts } from '../texts/part-texts.ts';
import { type Column, RecordTable } from './record-table.tsx';
import type { Pages } from './use-pages.ts';

interface RecordListProps<Entry> {
  readonly label: string;
  readonly pages: Pages<Entry>;
  readonly columns: readonly Column<Entry>[];
  readonly keyOf: (entry: Entry) => string;
  /** Shown in place of a list without entries. */
  readonly empty: ReactNode;
}

/** A list that is read page by page, in all its states. */
export function RecordList<Entry>({ label, pages, columns, keyOf, empty }: RecordListProps<Entry>) {
  if (pages.error && pages.entries.length === 0) return <ErrorState error={pages.error} onRetry={pages.reload} />;
  if (pages.isLoading) return <RowsSkeleton />;
  if (pages.entries.length === 0) return empty;
  return (
    <div className="grid gap-4">
      <Card className={joinClasses('overflow-hidden transition-opacity', pages.isStale && 'opacity-60')}>
        <RecordTable label={label} columns={columns} entries={pages.entries} keyOf={keyOf} />
      </Card>
      {pages.hasMore && (
        <Button look="secondary" className="justify-self-center" busy={pages.isLoadingMore} onClick={pages.loadMore}>
          {texts.showMore}
        </Button>
      )}
    </div>
  );
}

const ROWS = ['one', 'two', 'three', 'four', 'five'];

function RowsSkeleton() {
  return (
    <Card>
      <div role="status" className="divide-y divide-line">
        <span className="sr-only">{sharedTexts.loading}</span>
        {ROWS.map((row) => (
          <div key={row} className="flex justify-between gap-6 px-6 py-5">
            <Skeleton className="h-5 w-1/3" />
            <Skeleton className="h-5 w-24" />
          </div>
        ))}
      </div>
    </Card>
  );
}
