import type { AuditEntry } from '#sdk/contract/audit.ts';
import { useApi } from '../../shared/api.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { RecordList } from '../parts/record-list.tsx';
import { useFilters } from '../parts/use-filters.ts';
import { usePages } from '../parts/use-pages.ts';
import { auditLogTexts as texts } from '../texts/audit-log-texts.ts';
import { AUDIT_COLUMNS } from './audit-columns.tsx';
import { AUDIT_FILTERS, AuditFilters, type AuditFilterValues } from './audit-filters.tsx';

/** Everything that operators did, the newest first. */
export function AuditLogPage() {
  const { filters, setFilter, clear } = useFilters(AUDIT_FILTERS);
  const pages = useAuditLog(filters);
  const isFiltered = AUDIT_FILTERS.some((name) => filters[name] !== null);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <AuditFilters values={filters} onChange={setFilter} onClear={isFiltered ? clear : null} />
      <RecordList
        label={texts.list}
        pages={pages}
        columns={AUDIT_COLUMNS}
        keyOf={(entry) => entry.entry_id}
        empty={isFiltered ? <NoMatch /> : <NothingYet />}
      />
    </>
  );
}

function useAuditLog({ actor, action, subject, from, until }: AuditFilterValues) {
  const api = useApi();
  return usePages<AuditEntry>(['audit-log', actor, action, subject, from, until], (page) => {
    const names = { ...(actor && { actor }), ...(action && { action }), ...(subject && { subject }) };
    const period = { ...momentOf('from', from), ...momentOf('until', until) };
    return api.listAuditLog({ ...names, ...period, ...page });
  });
}

/** A moment of this machine's time zone, as the browser's own control has it, as the API has it. */
function momentOf(name: 'from' | 'until', local: string | null): Readonly<Partial<Record<'from' | 'until', string>>> {
  const moment = local === null ? Number.NaN : Date.parse(local);
  return Number.isNaN(moment) ? {} : { [name]: new Date(moment).toISOString() };
}

function NothingYet() {
  return <EmptyState title={texts.emptyTitle}>{texts.emptyDetail}</EmptyState>;
}

function NoMatch() {
  return <EmptyState title={texts.noMatchTitle}>{texts.noMatchDetail}</EmptyState>;
}
