import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { Button } from '../../shared/button.tsx';
import { Card } from '../../shared/card.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { SalePicker } from '../parts/sale-picker.tsx';
import { useFilters } from '../parts/use-filters.ts';
import { useSales } from '../parts/use-sales.ts';
import { invariantTexts, auditTexts as texts } from '../texts/audit-texts.ts';
import { AuditVerdict } from './audit-verdict.tsx';
import { InvariantRow } from './invariant-row.tsx';

/** Checks every invariant on live data, for whoever asks. */
export function AuditPage() {
  const { data: sales = [] } = useSales();
  const { filters, setFilter } = useFilters(['sale']);
  const audit = useAudit(filters.sale);
  const { data: report, isPending: busy, error } = audit;
  const choose = (saleId: string | null) => {
    audit.reset();
    setFilter('sale', saleId);
  };
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      <div className="grid gap-6">
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-full sm:w-80">
            <SalePicker sales={sales} value={filters.sale} onChange={choose} all={texts.allSales} />
          </div>
          <Button busy={busy} onClick={() => audit.mutate()}>
            {busy ? texts.running : texts.run}
          </Button>
        </div>
        {error && !busy && <ErrorState error={error} onRetry={audit.mutate} />}
        {report && <AuditVerdict report={report} />}
        <section aria-label={texts.invariants}>
          <Card>
            <ul className="divide-y divide-line">
              {namesOf(report).map((name) => (
                <InvariantRow
                  key={name}
                  name={name}
                  result={report?.invariants.find((it) => it.name === name) ?? null}
                />
              ))}
            </ul>
          </Card>
        </section>
      </div>
    </>
  );
}

/** Those that we have words for, and whatever else the server checks. */
function namesOf(report: { readonly invariants: readonly { readonly name: string }[] } | undefined): string[] {
  const known = Object.keys(invariantTexts);
  return [...new Set([...known, ...(report?.invariants.map(({ name }) => name) ?? [])])];
}

function useAudit(saleId: string | null) {
  const api = useApi();
  return useMutation({ mutationFn: () => api.runAudit(saleId === null ? {} : { sale_id: saleId }) });
}
