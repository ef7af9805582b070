import type { ReactNode } from 'react';
import { joinClasses } from '../../shared/join-classes.ts';

/**
 * Where a cell goes on a phone, where each row is a card: `lead` and `aside` share the first line, `detail` and `figure`
 * the second, each `note` and each `line`, which has its title in front, has one of its own; `desk`: nowhere.
 */
type Place = 'lead' | 'aside' | 'detail' | 'figure' | 'note' | 'line' | 'desk';

export interface Column<Entry> {
  readonly title: string;
  readonly cell: (entry: Entry) => ReactNode;
  readonly place: Place;
  readonly align?: 'end';
  /** For a column whose cells say by themselves what they are. */
  readonly titleHidden?: boolean;
}

interface RecordTableProps<Entry> {
  readonly label: string;
  readonly columns: readonly Column<Entry>[];
  readonly entries: readonly Entry[];
  readonly keyOf: (entry: Entry) => string;
}

const PLACES: Readonly<Record<Place, string>> = {
  lead: 'max-md:order-1 max-md:min-w-0',
  aside: 'max-md:order-2 max-md:justify-self-end',
  detail: 'max-md:order-3 max-md:col-start-1 max-md:min-w-0',
  figure: 'max-md:order-4 max-md:col-start-2 max-md:justify-self-end',
  note: 'max-md:order-5 max-md:col-span-2 max-md:min-w-0 max-md:text-muted',
  line: 'max-md:order-5 max-md:col-span-2 max-md:flex max-md:justify-between max-md:gap-4',
  desk: 'max-md:hidden',
};

/** A table that becomes a list of cards on a phone. A link with `rowLinkClasses` makes its whole row a target. */
export function RecordTable<Entry>({ label, columns, entries, keyOf }: RecordTableProps<Entry>) {
  return (
    <table aria-label={label} className="relative w-full text-sm max-md:block">
      <thead className="max-md:sr-only">
        <tr className="border-b border-line text-left text-xs text-muted">
          {columns.map(({ title, align, titleHidden }) => (
            <th
              key={title}
              scope="col"
              className={joinClasses('px-4 py-3 font-medium first:pl-6 last:pr-6', align && 'text-right')}
            >
              <span className={titleHidden ? 'sr-only' : undefined}>{title}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line max-md:block">
        {entries.map((entry) => (
          <tr
            key={keyOf(entry)}
            className="relative transition-colors has-[[data-row-link]]:hover:bg-sunken max-md:grid max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-x-4 max-md:gap-y-1.5 max-md:px-5 max-md:py-4"
          >
            {columns.map((column) => (
              <Cell key={column.title} column={column} entry={entry} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Entry>({ column, entry }: { readonly column: Column<Entry>; readonly entry: Entry }) {
  const { title, cell, place, align, titleHidden } = column;
  return (
    <td
      className={joinClasses(
        'align-top md:px-4 md:py-4 md:first:pl-6 md:last:pr-6',
        align && 'md:text-right',
        PLACES[place],
      )}
    >
      {place === 'line' && !titleHidden && (
        <span aria-hidden="true" className="text-muted md:hidden">
          {title}
        </span>
      )}
      {cell(entry)}
    </td>
  );
}

/** For the one link of a row: what is clicked anywhere in the row is the link. */
export const rowLinkClasses = 'rounded-control font-medium after:absolute after:inset-0 hover:underline';
