import { useMutation } from '@tanstack/react-query';
import type { Client } from '#sdk/client.ts';
import type { ReadinessReport } from '#sdk/contract/sale-control.ts';
import { useApi } from '../../shared/api.tsx';
import { Badge } from '../../shared/badge.tsx';
import { Notice } from '../../shared/notice.tsx';
import { Panel } from '../parts/panel.tsx';
import { problemText } from '../parts/problem-text.ts';
import { ActionButton } from '../session/action-button.tsx';
import { checkTexts, dependencyTexts, readinessTexts as texts } from '../texts/readiness-texts.ts';

type Check = ReadinessReport['checks'][number];

/** Whether everything is there that the start needs; loads the sale where it is not loaded yet. */
export function ReadinessPanel({ saleId }: { readonly saleId: string }) {
  const api = useApi();
  const looking = useMutation({ mutationFn: () => checksOf(api, saleId) });
  const failed = looking.data?.filter(({ ok }) => !ok).length ?? 0;
  return (
    <Panel title={texts.title}>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <p className="max-w-prose text-sm text-muted">{texts.lead}</p>
        <ActionButton look="secondary" busy={looking.isPending} onClick={() => looking.mutate()}>
          {looking.data ? texts.again : texts.check}
        </ActionButton>
      </div>
      {looking.error && (
        <Notice tone="critical" live>
          {problemText(looking.error)}
        </Notice>
      )}
      {looking.data && (
        <div role="status" className="grid gap-4">
          <Notice
            tone={failed === 0 ? 'positive' : 'caution'}
            title={failed === 0 ? texts.ready : texts.notReady(failed)}
          />
          <ul className="grid gap-x-8 md:grid-cols-2">
            {looking.data.map((check) => (
              <CheckRow key={check.name} check={check} />
            ))}
          </ul>
        </div>
      )}
    </Panel>
  );
}

function CheckRow({ check: { name, ok, detail } }: { readonly check: Check }) {
  return (
    <li className="flex items-start justify-between gap-4 border-b border-line py-3 text-sm">
      <div className="grid gap-0.5">
        <span className="font-medium">{checkTexts[name] ?? name}</span>
        <span className="text-muted first-letter:uppercase">{detail}</span>
      </div>
      <Badge tone={ok ? 'positive' : 'critical'}>{ok ? texts.ok : texts.failed}</Badge>
    </li>
  );
}

/** What the sale needs, and what the server that was asked needs. */
async function checksOf(api: Client, saleId: string): Promise<readonly Check[]> {
  const [{ checks }, health] = await Promise.all([api.prewarmSale({ sale_id: saleId }), api.checkReadiness()]);
  const dependencies = Object.entries(health.checks).map(([name, state]): Check => {
    return { name: `dependency_${name}`, ok: state === 'up', detail: dependencyTexts[name] ?? name };
  });
  return [...checks, ...dependencies];
}
