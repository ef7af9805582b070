import type { Webhook } from '#sdk/contract/webhook.ts';
import { useApi } from '../../shared/api.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ChoiceBar } from '../parts/choice-bar.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { oneOf, useFilters } from '../parts/use-filters.ts';
import { usePages } from '../parts/use-pages.ts';
import { useRole } from '../session/use-role.ts';
import { deliveryTexts } from '../texts/order-texts.ts';
import { webhookTexts as texts } from '../texts/webhook-texts.ts';
import { webhookColumns } from './webhook-columns.tsx';

type Status = Webhook['status'];

const STATUSES = Object.entries(deliveryTexts) as [Status, string][];

/** What the shop was told, the newest first. */
export function WebhooksPage() {
  const role = useRole();
  const { filters, setFilter } = useFilters(['status']);
  const status = oneOf(filters.status, deliveryTexts);
  const pages = useWebhooks(status);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <div className="mb-4">
        <ChoiceBar label={texts.filter} choices={STATUSES} value={status} onChange={(it) => setFilter('status', it)} />
      </div>
      <RecordList
        label={texts.list}
        pages={pages}
        columns={webhookColumns(role === 'operator')}
        keyOf={(webhook) => webhook.webhook_id}
        empty={status ? <NoMatch /> : <NothingYet />}
      />
    </>
  );
}

function useWebhooks(status: Status | null) {
  const api = useApi();
  return usePages(['webhooks', status], async (page) => {
    const answer = await api.listWebhooks({ ...(status && { status }), ...page });
    return { entries: answer.webhooks, next_cursor: answer.next_cursor };
  });
}

function NothingYet() {
  return <EmptyState title={texts.emptyTitle}>{texts.emptyDetail}</EmptyState>;
}

function NoMatch() {
  return <EmptyState title={texts.noMatchTitle}>{texts.noMatchDetail}</EmptyState>;
}
