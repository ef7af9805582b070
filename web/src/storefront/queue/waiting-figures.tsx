import { formatCount } from '../../shared/numbers.ts';
import { ProgressBar } from '../live/progress-bar.tsx';
import { TimeLeft } from '../live/time-left.tsx';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import { proofProgress } from './proof-of-work.ts';
import type { Waiting } from './use-waiting-room.ts';
import { estimatedSeconds, type Headline, peopleAhead, progressOf } from './waiting-facts.ts';

interface FiguresProps {
  readonly headline: Headline;
  readonly waiting: Waiting;
  readonly nowMs: number;
}

/** The numbers that belong to where the buyer stands. */
export function WaitingFigures({ headline, waiting, nowMs }: FiguresProps) {
  const { stage, sale } = waiting;
  if (stage.name === 'proving') return <ProgressBar value={proofProgress(stage.tries)} label={texts.provingProgress} />;
  if (headline === 'admitted' && stage.name === 'admitted') {
    return <BigTime label={texts.timeLeft} untilMs={stage.expiresAtMs} nowMs={nowMs} />;
  }
  const isBefore = headline === 'beforeOpening' || (headline === 'signedOut' && waiting.status?.phase === 'upcoming');
  if (isBefore && sale?.waiting_room) {
    return <BigTime label={texts.opensIn} untilMs={Date.parse(sale.waiting_room.opens_at)} nowMs={nowMs} />;
  }
  if (stage.name !== 'in_line' || headline === 'ended' || headline === 'cancelled' || headline === 'soldOut')
    return null;
  return <Line waiting={waiting} nowMs={nowMs} />;
}

function Line({ waiting, nowMs }: { readonly waiting: Waiting; readonly nowMs: number }) {
  const ahead = peopleAhead(waiting);
  const progress = progressOf(waiting);
  return (
    <div className="grid gap-6">
      {ahead !== null && ahead > 0 && (
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="text-6xl font-semibold tracking-tight tabular-nums sm:text-7xl">{formatCount(ahead)}</span>
          <span className="text-lg text-muted">{texts.aheadUnit(ahead)}</span>
        </p>
      )}
      {progress !== null && <ProgressBar value={progress} label={texts.progress} />}
      <LineFacts waiting={waiting} nowMs={nowMs} />
    </div>
  );
}

function LineFacts({ waiting, nowMs }: { readonly waiting: Waiting; readonly nowMs: number }) {
  const { place, status } = waiting;
  const pace = status?.phase === 'live' ? status.queue?.called_per_second : null;
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-5 sm:grid-cols-3">
      {place?.position != null && <Fact label={texts.yourPlace}>{formatCount(place.position)}</Fact>}
      {place?.position != null && (
        <Fact label={texts.wait}>{waitWords(estimatedSeconds(waiting, performance.now()))}</Fact>
      )}
      {status?.phase === 'queueing' && (
        <Fact label={texts.startsIn}>
          <TimeLeft untilMs={Date.parse(status.starts_at)} nowMs={nowMs} />
        </Fact>
      )}
      {pace ? (
        <Fact label={texts.pace}>{texts.perSecond(pace)}</Fact>
      ) : (
        status?.queue && <Fact label={texts.peopleWaiting}>{formatCount(status.queue.waiting)}</Fact>
      )}
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="grid content-start gap-0.5">
      <dt className="text-sm text-muted">{label}</dt>
      <dd className="text-lg font-semibold tabular-nums">{children}</dd>
    </div>
  );
}

interface BigTimeProps {
  readonly label: string;
  readonly untilMs: number;
  readonly nowMs: number;
}

function BigTime({ label, untilMs, nowMs }: BigTimeProps) {
  return (
    <p className="grid gap-1">
      <span className="text-sm text-muted">{label}</span>
      <TimeLeft untilMs={untilMs} nowMs={nowMs} className="text-6xl font-semibold tracking-tight sm:text-7xl" />
    </p>
  );
}

/** Roughly, since it is an estimate. */
function waitWords(seconds: number | null): string {
  if (seconds === null) return texts.noEstimate;
  if (seconds < 60) return texts.waitBelowMinute;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? texts.waitMinutes(minutes) : texts.waitHours(Math.round(minutes / 30) / 2);
}
