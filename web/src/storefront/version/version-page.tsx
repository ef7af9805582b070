import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../shared/api.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { FactList } from '../../shared/fact-list.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { Time } from '../../shared/time.tsx';
import { texts } from '../texts.ts';

/** Which build answers, as `GET /api/v1/build-info` has it. */
export function VersionPage() {
  const api = useApi();
  const { data, error, refetch } = useQuery({ queryKey: ['build-info'], queryFn: () => api.readBuildInfo() });
  if (!data) return error ? <ErrorState error={error} onRetry={refetch} /> : <PageSkeleton />;
  const built = Number.isNaN(Date.parse(data.build_time)) ? (
    data.build_time
  ) : (
    <Time at={data.build_time} format="second" />
  );
  return (
    <div className="mx-auto grid w-full max-w-xl gap-6">
      <div className="grid gap-2">
        <h1 className="text-3xl font-semibold tracking-tight">{texts.versionTitle}</h1>
        <p className="text-muted">{texts.versionLead}</p>
      </div>
      <FactList
        facts={[
          { name: texts.buildVersion, value: data.version },
          { name: texts.buildColor, value: <ColorName name={data.color} /> },
          { name: texts.buildTime, value: built || texts.unknown },
          { name: texts.buildCommit, value: <code className="font-mono text-sm">{data.commit || texts.unknown}</code> },
        ]}
      />
    </div>
  );
}

const DOTS: Readonly<Record<string, string>> = { blue: 'bg-[#3b82f6]', green: 'bg-[#22a55b]' };

function ColorName({ name }: { readonly name: string }) {
  return (
    <span className="inline-flex items-center gap-2">
      {DOTS[name] && <span aria-hidden="true" className={`size-2.5 rounded-full ${DOTS[name]}`} />}
      {name}
    </span>
  );
}
