import { useQuery } from '@tanstack/react-query';
import { generatePath, Link, useParams } from 'react-router';
import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { CopyId } from '../parts/copy-id.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { JsonDocument } from '../parts/json-document.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { Panel } from '../parts/panel.tsx';
import { adminPaths as paths } from '../paths.ts';
import {
  deadLetterKindTexts,
  deadLetterReasonTexts,
  replayTexts,
  deadLetterTexts as texts,
} from '../texts/dead-letter-texts.ts';
import { DeadLetterBadge } from './dead-letter-badge.tsx';
import { ResolveOne } from './resolve-one.tsx';

/** One thing that could not be processed: why, what it was, and what can be done. */
export function DeadLetterPage() {
  const { deadLetterId = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letter', deadLetterId],
    queryFn: () => api.readDeadLetter({ dead_letter_id: deadLetterId }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={refetch} />;
  return data ? <LetterView letter={data} /> : <PageSkeleton />;
}

function LetterView({ letter }: { readonly letter: DeadLetter }) {
  return (
    <>
      <PageHeader
        back={{ to: paths.deadLetters, label: texts.back }}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {deadLetterReasonTexts[letter.reason]} <DeadLetterBadge state={letter.state} />
          </span>
        }
        lead={<CopyId id={letter.dead_letter_id} what={texts.letterId} />}
      />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:items-start">
        <div className="grid min-w-0 gap-6">
          <Panel title={texts.whatToDo}>
            <p className="max-w-prose text-sm">{replayTexts[letter.kind]}</p>
            <ResolveOne letter={letter} />
          </Panel>
          <Panel title={texts.document} aside={texts.documentHint}>
            <JsonDocument document={letter.payload} label={texts.documentHint} />
          </Panel>
        </div>
        <Panel title={texts.facts}>
          <Facts facts={factsOf(letter)} />
        </Panel>
      </div>
    </>
  );
}

const LINK = 'underline underline-offset-3 break-all';

function factsOf(letter: DeadLetter): Fact[] {
  const { order_id: orderId, sale_id: saleId, resolved_at: resolvedAt, resolved_by: resolvedBy } = letter;
  return [
    { label: texts.kind, value: deadLetterKindTexts[letter.kind] },
    { label: texts.subject, value: <code className="font-mono text-[0.8125rem] break-all">{letter.subject}</code> },
    ...(orderId
      ? [
          {
            label: texts.order,
            value: (
              <Link className={LINK} to={orderPathOf(orderId)}>
                {orderId}
              </Link>
            ),
          },
        ]
      : []),
    ...(saleId
      ? [
          {
            label: texts.sale,
            value: (
              <Link className={LINK} to={generatePath(paths.sale, { saleId })}>
                {saleId}
              </Link>
            ),
          },
        ]
      : []),
    { label: texts.attempts, value: letter.attempts },
    { label: texts.firstFailed, value: <Time at={letter.first_failed_at} format="second" /> },
    { label: texts.lastFailed, value: <Time at={letter.last_failed_at} format="second" /> },
    ...(resolvedAt
      ? [
          {
            label: texts.resolved,
            value: (
              <>
                <Time at={resolvedAt} format="second" /> {resolvedBy && texts.resolvedBy(resolvedBy)}
              </>
            ),
          },
        ]
      : []),
    { label: texts.correlationId, value: <CopyId id={letter.correlation_id} what={texts.correlationId} /> },
  ];
}
