import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import type { Draw } from '#sdk/contract/draw.ts';
import { useApi } from '../../shared/api.tsx';
import { EmptyState } from '../../shared/empty-state.tsx';
import { ErrorState } from '../../shared/error-state.tsx';
import { isUnknown } from '../../shared/is-unknown.ts';
import { Notice } from '../../shared/notice.tsx';
import { PageSkeleton } from '../../shared/skeleton.tsx';
import { ProgressBar } from '../live/progress-bar.tsx';
import { verifyTexts as texts } from '../texts/verify-texts.ts';
import { CheckList } from './check-list.tsx';
import { OwnPlace } from './own-place.tsx';
import { PlacingTable } from './placing-table.tsx';
import { PublishedValues } from './published-values.tsx';
import { isDrawn, useVerification, type VerificationProgress } from './use-verification.ts';

const POLL_MS = 3_000;

/** Anybody's check of a draw, in their own browser. */
export function VerifyPage() {
  const { saleId = '' } = useParams();
  const draw = useDraw(saleId);
  const progress = useVerification(draw.data);
  if (draw.isPending) return <PageSkeleton />;
  if (draw.isError && !draw.data) return <NoDraw error={draw.error} onRetry={() => draw.refetch()} />;
  return (
    <div className="mx-auto grid max-w-3xl gap-8">
      <header className="grid gap-2">
        <h1 className="text-3xl font-semibold tracking-tight">{texts.title}</h1>
        <p className="max-w-prose text-muted">{texts.detail}</p>
      </header>
      <Verdict draw={draw.data} progress={progress} />
      {progress?.stage === 'done' && (
        <>
          <OwnPlace draw={draw.data} position={progress.verification.ownPosition} />
          <CheckList checks={progress.verification.checks} />
          <PlacingTable placings={progress.verification.placings} own={progress.verification.ownPosition} />
        </>
      )}
      <PublishedValues draw={draw.data} />
    </div>
  );
}

function useDraw(saleId: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['draw', saleId],
    queryFn: ({ signal }) => api.readDraw({ sale_id: saleId }, { signal }),
    // Once made, a draw never changes.
    refetchInterval: ({ state }) => (state.data && !isDrawn(state.data) ? POLL_MS : false),
    refetchOnWindowFocus: false,
  });
}

function NoDraw({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (!isUnknown(error)) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <EmptyState isPage title={texts.noDraw}>
      {texts.noDrawDetail}
    </EmptyState>
  );
}

interface VerdictProps {
  readonly draw: Draw;
  readonly progress: VerificationProgress | null;
}

function Verdict({ draw, progress }: VerdictProps) {
  if (draw.state === 'open') return <Notice title={texts.open}>{texts.openDetail}</Notice>;
  if (draw.state === 'closed' || progress === null) return <Notice title={texts.closed}>{texts.closedDetail}</Notice>;
  if (progress.stage === 'failed') {
    return (
      <Notice tone="critical" title={texts.failed} live>
        {progress.detail}
      </Notice>
    );
  }
  if (progress.stage === 'reading') return <Reading read={progress.read} all={draw.entrants ?? 0} />;
  const isRight = progress.verification.checks.every(({ verdict }) => verdict !== 'wrong');
  return (
    <Notice tone={isRight ? 'positive' : 'critical'} title={isRight ? texts.right : texts.wrong} live>
      {isRight ? texts.rightDetail(draw.entrants ?? 0) : texts.wrongDetail}
    </Notice>
  );
}

function Reading({ read, all }: { readonly read: number; readonly all: number }) {
  const label = texts.loadingEntries(read, all);
  return (
    <div className="grid gap-2">
      <ProgressBar value={all === 0 ? 1 : read / all} label={label} />
      <p className="text-sm text-muted tabular-nums">{read < all ? label : texts.working}</p>
    </div>
  );
}
