import { generatePath, Link } from 'react-router';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { Age } from '../parts/age.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { type Column, rowLinkClasses } from '../parts/record-table.tsx';
import { SelectBox } from '../parts/select-box.tsx';
import type { Selection } from '../parts/use-selection.ts';
import { adminPaths as paths } from '../paths.ts';
import { deadLetterKindTexts, deadLetterReasonTexts, deadLetterTexts as texts } from '../texts/dead-letter-texts.ts';
import { partTexts } from '../texts/part-texts.ts';
import { DeadLetterBadge } from './dead-letter-badge.tsx';

/** @param selection null: nothing can be chosen */
export function deadLetterColumns(selection: Selection | null): readonly Column<DeadLetter>[] {
  return [
    { title: texts.reason, place: 'lead', cell: (letter) => <Reason letter={letter} selection={selection} /> },
    { title: texts.state, place: 'aside', cell: ({ state }) => <DeadLetterBadge state={state} /> },
    { title: texts.kind, place: 'detail', cell: ({ kind }) => deadLetterKindTexts[kind] },
    {
      title: texts.attempts,
      place: 'desk',
      align: 'end',
      cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
    },
    { title: texts.failed, place: 'figure', align: 'end', cell: (letter) => <Age at={letter.first_failed_at} /> },
  ];
}

function Reason({ letter, selection }: { readonly letter: DeadLetter; readonly selection: Selection | null }) {
  const { dead_letter_id: id, reason, order_id: orderId } = letter;
  const title = deadLetterReasonTexts[reason];
  return (
    <div className="flex items-start gap-4">
      {selection && (
        <SelectBox
          label={partTexts.select(texts.letterOf(title, shortId(id)))}
          checked={selection.ids.has(id)}
          onChange={() => selection.toggle(id)}
        />
      )}
      <div className="grid gap-0.5">
        <Link to={generatePath(paths.deadLetter, { deadLetterId: id })} data-row-link className={rowLinkClasses}>
          {title}
        </Link>
        <span className="text-muted">
          {orderId ? (
            <>
              {texts.order} <code className="font-mono text-[0.8125rem]">{shortId(orderId)}</code>
            </>
          ) : (
            <code className="font-mono line-clamp-1 text-[0.8125rem] break-all">{letter.subject}</code>
          )}
        </span>
      </div>
    </div>
  );
}
