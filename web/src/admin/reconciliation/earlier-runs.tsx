import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '#sdk/contract/audit.ts';
import { useApi } from '../../shared/api.tsx';
import { Time } from '../../shared/time.tsx';
import { Panel } from '../parts/panel.tsx';
import { reconciliationTexts as texts } from '../texts/reconciliation-texts.ts';

const SHOWN = 5;

/** The last comparisons of a sale, as the audit log has them. */
export function EarlierRuns({ saleId }: { readonly saleId: string }) {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['audit-log', 'reconciled', saleId],
    queryFn: () => api.listAuditLog({ subject: saleId, action: 'sale_reconciled', limit: SHOWN }),
  });
  if (!data) return null;
  return (
    <Panel title={texts.earlier}>
      {data.entries.length === 0 ? (
        <p className="text-sm text-muted">{texts.noEarlier}</p>
      ) : (
        <ol className="grid gap-2 text-sm">
          {data.entries.map((entry) => (
            <li key={entry.entry_id} className="flex justify-between gap-4">
              <Time at={entry.at} format="second" />
              <span className="text-right text-muted">{resultOf(entry)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function resultOf({ detail }: AuditEntry): string {
  const [differences, givenBack] = [Number(detail.differences ?? 0), Number(detail.given_back ?? 0)];
  const parts = [differences === 0 ? texts.agreed : texts.differed(differences)];
  if (givenBack > 0) parts.push(texts.gaveBack(givenBack));
  return parts.join(', ');
}
