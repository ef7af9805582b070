import { generatePath, Link } from 'react-router';
import type { Review } from '#sdk/contract/review.ts';
import { Age } from '../parts/age.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { type Column, rowLinkClasses } from '../parts/record-table.tsx';
import { SelectBox } from '../parts/select-box.tsx';
import type { Selection } from '../parts/use-selection.ts';
import { adminPaths as paths } from '../paths.ts';
import { partTexts } from '../texts/part-texts.ts';
import { ruleTexts, reviewTexts as texts } from '../texts/review-texts.ts';
import { ReviewBadge } from './review-badge.tsx';

/** @param selection null: nothing can be chosen */
export function reviewColumns(selection: Selection | null): readonly Column<Review>[] {
  return [
    { title: texts.order, place: 'lead', cell: (review) => <Name review={review} selection={selection} /> },
    { title: texts.state, place: 'aside', cell: ({ status }) => <ReviewBadge status={status} /> },
    { title: texts.why, place: 'note', cell: (review) => <Why review={review} /> },
    { title: texts.opened, place: 'note', align: 'end', cell: (review) => <Age at={review.opened_at} /> },
  ];
}

function Name({ review, selection }: { readonly review: Review; readonly selection: Selection | null }) {
  const { order_id: orderId, status } = review;
  return (
    <div className="flex items-start gap-4">
      {selection && status === 'open' && (
        <SelectBox
          label={partTexts.select(texts.reviewOf(shortId(orderId)))}
          checked={selection.ids.has(orderId)}
          onChange={() => selection.toggle(orderId)}
        />
      )}
      <Link to={generatePath(paths.review, { orderId })} data-row-link className={`${rowLinkClasses} font-mono`}>
        {shortId(orderId)}
      </Link>
    </div>
  );
}

/** The first finding in full, the others by name. */
function Why({ review: { findings } }: { readonly review: Review }) {
  const [first, ...rest] = findings;
  if (!first) return null;
  return (
    <div className="grid gap-0.5">
      <span>{first.explanation}</span>
      {rest.length > 0 && (
        <span className="text-muted">{[...new Set(rest.map(({ rule }) => ruleTexts[rule]))].join(' · ')}</span>
      )}
    </div>
  );
}
