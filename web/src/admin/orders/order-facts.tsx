import { useQuery } from '@tanstack/react-query';
import { generatePath, Link } from 'react-router';
import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { useApi } from '../../shared/api.tsx';
import { Time } from '../../shared/time.tsx';
import { CopyId, shortId } from '../parts/copy-id.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { useSale } from '../parts/use-sale.ts';
import { adminPaths as paths } from '../paths.ts';
import { endReasonTexts, orderTexts as texts } from '../texts/order-texts.ts';

const LINK = 'underline underline-offset-3';

/** Where an order belongs, and where to look further. */
export function OrderFacts({ order }: { readonly order: AdminOrderDetails }) {
  const { data: sale } = useSale(order.sale_id);
  const facts: Fact[] = [
    {
      label: texts.sale,
      value: (
        <Link className={LINK} to={generatePath(paths.sale, { saleId: order.sale_id })}>
          {sale?.name ?? shortId(order.sale_id)}
        </Link>
      ),
    },
    { label: texts.reservedAt, value: <Time at={order.reserved_at} format="second" /> },
    { label: texts.deadline, value: <Time at={order.payment_deadline} format="second" /> },
    ...(order.reason ? [{ label: texts.reason, value: endReasonTexts[order.reason] }] : []),
    { label: texts.correlationId, value: <CopyId id={order.correlation_id} what={texts.correlationId} /> },
    { label: texts.deadLetters, value: <DeadLetterLink orderId={order.order_id} /> },
    {
      label: texts.history,
      value: (
        <Link className={LINK} to={`${paths.auditLog}?subject=${order.order_id}`}>
          {texts.seeAuditLog}
        </Link>
      ),
    },
  ];
  return (
    <Panel title={texts.facts}>
      <Facts facts={facts} />
    </Panel>
  );
}

function DeadLetterLink({ orderId }: { readonly orderId: string }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['dead-letters', 'open', orderId],
    queryFn: () => api.listDeadLetters({ state: 'open', order_id: orderId }),
  });
  const count = data?.dead_letters.length ?? 0;
  if (count === 0) return <>{data ? '0' : '…'}</>;
  return (
    <Link className={`${LINK} text-critical`} to={`${paths.deadLetters}?order=${orderId}`}>
      {texts.openDeadLetters(count)}
    </Link>
  );
}
