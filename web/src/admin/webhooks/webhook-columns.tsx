import { Link } from 'react-router';
import type { Webhook } from '#sdk/contract/webhook.ts';
import { Time } from '../../shared/time.tsx';
import { Age } from '../parts/age.tsx';
import { shortId } from '../parts/copy-id.tsx';
import { DeliveryBadge } from '../parts/delivery-badge.tsx';
import { orderPathOf } from '../parts/order-paths.ts';
import type { Column } from '../parts/record-table.tsx';
import { webhookTexts as texts, webhookTypeTexts } from '../texts/webhook-texts.ts';
import { ReplayButton } from './replay-button.tsx';

/** @param canReplay may whoever looks send one again? */
export function webhookColumns(canReplay: boolean): readonly Column<Webhook>[] {
  const columns: Column<Webhook>[] = [
    { title: texts.event, place: 'lead', cell: (webhook) => <Event webhook={webhook} /> },
    { title: texts.status, place: 'aside', cell: ({ status }) => <DeliveryBadge status={status} /> },
    { title: texts.error, place: 'note', cell: (webhook) => <Tries webhook={webhook} /> },
    { title: texts.created, place: 'detail', align: 'end', cell: (webhook) => <Age at={webhook.created_at} /> },
  ];
  if (!canReplay) return columns;
  const replay: Column<Webhook> = {
    title: texts.action,
    titleHidden: true,
    place: 'figure',
    align: 'end',
    cell: (webhook) => <ReplayButton webhook={webhook} />,
  };
  return [...columns, replay];
}

function Event({ webhook: { type, order_id: orderId } }: { readonly webhook: Webhook }) {
  return (
    <div className="grid gap-0.5">
      <span className="font-medium">{webhookTypeTexts[type]}</span>
      <Link to={orderPathOf(orderId)} className="font-mono text-[0.8125rem] text-muted underline underline-offset-3">
        {texts.order(shortId(orderId))}
      </Link>
    </div>
  );
}

function Tries({ webhook: { tries, last_error: error, next_try_at: nextTry } }: { readonly webhook: Webhook }) {
  if (error === null) return <span className="text-muted max-md:hidden">–</span>;
  return (
    <div className="grid gap-0.5">
      <span className="break-words first-letter:uppercase">{error}</span>
      {nextTry && (
        <span className="text-muted">
          {texts.tries(tries)} · {texts.nextTry} <Time at={nextTry} format="clock" />
        </span>
      )}
    </div>
  );
}
