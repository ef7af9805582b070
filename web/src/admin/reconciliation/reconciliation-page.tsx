import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { NoSales } from '../parts/no-sales.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Panel } from '../parts/panel.tsx';
import { likelySale, SalePicker } from '../parts/sale-picker.tsx';
import { useFilters } from '../parts/use-filters.ts';
import { useSales } from '../parts/use-sales.ts';
import { ActionButton } from '../session/action-button.tsx';
import { reconciliationTexts as texts } from '../texts/reconciliation-texts.ts';
import { EarlierRuns } from './earlier-runs.tsx';
import { ReconciliationReport } from './reconciliation-report.tsx';

/** Compares store and ledger for one sale. */
export function ReconciliationPage() {
  const { data: sales, error, refetch } = useSales();
  const { filters, setFilter } = useFilters(['sale']);
  if (error) return <ErrorState error={error} onRetry={refetch} />;
  if (!sales) return <PageSkeleton />;
  const sale = sales.find(({ sale_id: id }) => id === filters.sale) ?? likelySale(sales);
  return (
    <>
      <PageHeader title={texts.title} lead={texts.lead} />
      {sale ? (
        <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_22rem] xl:items-start">
          <div className="grid min-w-0 gap-6">
            <Comparison key={sale.sale_id} sale={sale}>
              <SalePicker sales={sales} value={sale.sale_id} onChange={(id) => setFilter('sale', id)} />
            </Comparison>
          </div>
          <div className="grid gap-6">
            <WhatIsCompared />
            <EarlierRuns saleId={sale.sale_id} />
          </div>
        </div>
      ) : (
        <NoSales />
      )}
    </>
  );
}

interface ComparisonProps {
  readonly sale: AdminSale;
  /** What the sale is chosen with. */
  readonly children: ReactNode;
}

function Comparison({ sale, children }: ComparisonProps) {
  const reconciliation = useReconciliation(sale.sale_id);
  const { data: report, error, isPending: busy } = reconciliation;
  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-full sm:w-80">{children}</div>
        <RunButton sale={sale} busy={busy} onRun={reconciliation.mutate} />
      </div>
      {busy && (
        <p role="status" className="text-sm text-muted">
          {texts.running}
        </p>
      )}
      {error && !busy && <ErrorState error={error} />}
      {report && !busy && <ReconciliationReport report={report} />}
    </>
  );
}

interface RunButtonProps {
  readonly sale: AdminSale;
  readonly busy: boolean;
  readonly onRun: () => void;
}

/** Of a sale that is over it may give money back: that is asked first. */
function RunButton({ sale: { state }, busy, onRun }: RunButtonProps) {
  const [asking, setAsking] = useState(false);
  const isOver = state === 'ended' || state === 'cancelled';
  const confirm = () => {
    setAsking(false);
    onRun();
  };
  return (
    <>
      <ActionButton busy={busy} onClick={isOver ? () => setAsking(true) : onRun}>
        {isOver ? texts.runAndSettle : texts.run}
      </ActionButton>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={texts.settleTitle}
        description={texts.settleDetail}
        confirm={texts.settleConfirm}
        busy={false}
        error={null}
        onConfirm={confirm}
      />
    </>
  );
}

function useReconciliation(saleId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.reconcileSale({ sale_id: saleId }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audit-log'] }),
  });
}

function WhatIsCompared() {
  return (
    <Panel title={texts.what}>
      <ul className="grid list-disc gap-2 pl-4 text-sm text-muted">
        {[texts.whatItems, texts.whatOrders, texts.whatPosition, texts.whatLive, texts.whatOver].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Panel>
  );
}
