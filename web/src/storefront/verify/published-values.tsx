import type { ReactNode } from 'react';
import type { Draw } from '#sdk/contract/draw.ts';
import { formatCount } from '../../shared/numbers.ts';
import { verifyTexts as texts } from '../texts/verify-texts.ts';

/** What the shop has said so far, for whoever wants to note it or to compute it elsewhere. */
export function PublishedValues({ draw }: { readonly draw: Draw }) {
  const { beacon, drawn } = draw;
  return (
    <section aria-labelledby="published" className="grid gap-3">
      <h2 id="published" className="text-lg font-semibold">
        {texts.published}
      </h2>
      <dl className="grid gap-4 rounded-card border border-line bg-surface p-5 text-sm">
        <Value label={texts.trust}>{draw.trust === 'beacon' ? texts.trustBeacon : texts.trustOperator}</Value>
        {draw.entrants !== null && <Value label={texts.entrants}>{formatCount(draw.entrants)}</Value>}
        <Value label={texts.commitment}>
          <Hash>{draw.commitment}</Hash>
        </Value>
        {draw.list_hash && (
          <Value label={texts.listHash}>
            <Hash>{draw.list_hash}</Hash>
          </Value>
        )}
        {beacon && (
          <Value label={texts.beaconRound}>
            <a
              href={`${beacon.url}/public/${beacon.round}`}
              rel="noreferrer"
              className="text-accent underline underline-offset-4 [overflow-wrap:anywhere]"
            >
              {formatCount(beacon.round)}
            </a>
          </Value>
        )}
        {drawn && (
          <Value label={texts.seed}>
            <Hash>{drawn.seed}</Hash>
          </Value>
        )}
      </dl>
    </section>
  );
}

function Value({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid gap-0.5">
      <dt className="text-muted">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

function Hash({ children }: { readonly children: string }) {
  return <span className="font-mono text-xs [overflow-wrap:anywhere]">{children}</span>;
}
