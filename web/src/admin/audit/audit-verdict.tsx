import type { AuditReport } from '#sdk/contract/audit.ts';
import { formatCount } from '../../shared/numbers.ts';
import { formatTime } from '../../shared/time.tsx';
import { VerdictPanel } from '../parts/verdict-panel.tsx';
import { auditTexts as texts } from '../texts/audit-texts.ts';

/** All invariants in one answer. */
export function AuditVerdict({ report: { ok, checked_at: at, invariants } }: { readonly report: AuditReport }) {
  if (!ok) {
    return (
      <VerdictPanel tone="critical" title={texts.brokenTitle(invariants.filter((it) => !it.ok).length)}>
        {texts.brokenDetail}
      </VerdictPanel>
    );
  }
  const checked = invariants.reduce((sum, it) => sum + it.checked, 0);
  const unproven = invariants.filter((it) => it.checked === 0).length;
  return (
    <VerdictPanel tone="positive" title={texts.okTitle}>
      <p>{texts.okDetail(formatCount(checked), formatTime(at, 'second'))}</p>
      {unproven > 0 && <p>{texts.unprovenDetail(unproven)}</p>}
    </VerdictPanel>
  );
}
