import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { ReviewWithOrder } from '#sdk/contract/review.ts';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { formatMoney } from '../../shared/money.tsx';
import { Notice } from '../../shared/notice.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { CopyId, shortId } from '../parts/copy-id.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import { PageHeader } from '../parts/page-header.tsx';
import { Panel } from '../parts/panel.tsx';
import { adminPaths as paths } from '../paths.ts';
import { reviewStateTexts, reviewTexts as texts } from '../texts/review-texts.ts';
import { DecideOne } from './decide-one.tsx';
import { FindingList } from './finding-list.tsx';
import { RelatedOrders } from './related-orders.tsx';
import { ReviewBadge } from './review-badge.tsx';

/** One order that the rules hold back: what they found, with which others, and what can be decided. */
export function ReviewPage() {
  const { orderId = '' } = useParams();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['review', orderId],
    queryFn: () => api.readReview({ order_id: orderId }),
  });
  if (error && !data) return <ErrorState error={error} onRetry={refetch} />;
  return data ? <ReviewView review={data} /> : <PageSkeleton />;
}

function ReviewView({ review }: { readonly review: ReviewWithOrder }) {
  const { order_id: orderId, status, order } = review;
  const related = [...new Set(review.findings.flatMap((finding) => finding.order_ids))];
  return (
    <>
      <PageHeader
        back={{ to: paths.reviews, label: texts.back }}
        title={
          <span className="flex flex-wrap items-center gap-3">
            {texts.pageTitle(shortId(orderId))} <ReviewBadge status={status} />
          </span>
        }
        lead={<CopyId id={orderId} what={texts.orderId} />}
      />
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:items-start">
        <div className="grid min-w-0 gap-6">
          <Decision review={review} />
          <Panel title={texts.findings}>
            <FindingList findings={review.findings} />
            <DecideOne review={review} />
          </Panel>
          <RelatedOrders orderId={orderId} orderIds={related} />
        </div>
        <Panel
          title={texts.theOrder}
          aside={
            <Link className="underline underline-offset-3" to={orderPathOf(orderId)}>
              {texts.seeOrder}
            </Link>
          }
        >
          <Facts facts={factsOf(order)} />
        </Panel>
      </div>
    </>
  );
}

function Decision({ review }: { readonly review: ReviewWithOrder }) {
  const { status, decided_at: at, decided_by: who, detail } = review;
  if (at === null || who === null) return null;
  return (
    <Notice title={texts.decided(reviewStateTexts[status], who)}>
      <Time at={at} format="second" />
      {detail && ` · “${detail}”`}
    </Notice>
  );
}

function factsOf(order: ReviewWithOrder['order']): Fact[] {
  const { customer } = order;
  return [
    { label: texts.buyer, value: customer ? `${customer.name} · ${customer.email}` : order.user_id },
    ...(customer?.address
      ? [
          {
            label: texts.address,
            value: <address className="whitespace-pre-line not-italic">{customer.address}</address>,
          },
        ]
      : []),
    { label: texts.total, value: formatMoney(order.total_minor, order.currency) },
    { label: texts.paid, value: <Time at={order.reserved_at} format="second" /> },
  ];
}
