import type { SaleStatus } from '#sdk/contract/sale.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { texts } from '../texts.ts';

type Phase = SaleStatus['phase'];

const TONES: Readonly<Record<Phase, Tone>> = {
  upcoming: 'neutral',
  queueing: 'accent',
  live: 'positive',
  sold_out: 'neutral',
  paused: 'caution',
  recovering: 'caution',
  ended: 'neutral',
  cancelled: 'critical',
};

/** What a visitor may make of a sale at this moment, in a word. */
export function PhaseBadge({ phase }: { readonly phase: Phase }) {
  return (
    <Badge tone={TONES[phase]} dot={phase === 'live' || phase === 'queueing'}>
      {texts.phases[phase]}
    </Badge>
  );
}
