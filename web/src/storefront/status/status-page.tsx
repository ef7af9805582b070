import { useQuery } from '@tanstack/react-query';
import type { Readiness } from '#sdk/contract/health.ts';
import { useApi } from '../../shared/api.tsx';
import { Badge } from '../../shared/badge.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { type Fact, FactList } from '../../shared/fact-list.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { texts } from '../texts.ts';

const REFRESH_MS = 5_000;

type Check = keyof typeof texts.dependencies;

/** What works and what does not, as `GET /health/ready` has it. */
export function StatusPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['readiness'],
    queryFn: () => api.checkReadiness(),
    refetchInterval: REFRESH_MS,
  });
  if (!data) return error ? <ErrorState error={error} onRetry={refetch} /> : <PageSkeleton />;
  const ready = data.status === 'ready';
  return (
    <div className="mx-auto grid w-full max-w-xl gap-6">
      <div className="grid justify-items-start gap-3">
        <h1 className="text-3xl font-semibold tracking-tight">{texts.statusTitle}</h1>
        <Badge tone={ready ? 'positive' : 'critical'} dot>
          {ready ? texts.ready : texts.notReady}
        </Badge>
        <p className="text-muted">{texts.statusLead}</p>
      </div>
      <FactList
        facts={[
          { name: texts.role, value: <span className="inline-block first-letter:uppercase">{data.role}</span> },
          ...checksOf(data),
        ]}
      />
      <section className="grid gap-3">
        <h2 className="font-semibold">{texts.breakers}</h2>
        {Object.keys(data.breakers).length === 0 ? (
          <p className="text-muted">{texts.noBreakers}</p>
        ) : (
          <FactList facts={breakersOf(data)} />
        )}
      </section>
    </div>
  );
}

function checksOf({ checks }: Readiness): Fact[] {
  return Object.entries(checks).map(([name, health]) => ({
    name: texts.dependencies[name as Check],
    value: stateBadge(health === 'up', health === 'up' ? texts.up : texts.down),
  }));
}

function breakersOf({ breakers }: Readiness): Fact[] {
  return Object.entries(breakers).map(([name, state]) => ({
    name,
    value: stateBadge(state === 'closed', texts.breakerStates[state]),
  }));
}

function stateBadge(good: boolean, words: string) {
  return <Badge tone={good ? 'positive' : 'critical'}>{words}</Badge>;
}
