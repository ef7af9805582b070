import type { Sale } from '#sdk/contract/sale.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { phaseTexts } from '../texts/sale-texts.ts';

type Phase = Sale['phase'];

const TONES: Readonly<Record<Phase, Tone>> = {
  upcoming: 'neutral',
  queueing: 'accent',
  live: 'positive',
  sold_out: 'caution',
  paused: 'critical',
  recovering: 'critical',
  ended: 'neutral',
  cancelled: 'neutral',
};
const GOING_ON: ReadonlySet<Phase> = new Set(['queueing', 'live', 'paused', 'recovering']);

/** What visitors see of a sale, in a word. */
export function PhaseBadge({ phase }: { readonly phase: Phase }) {
  return (
    <Badge tone={TONES[phase]} dot={GOING_ON.has(phase)}>
      {phaseTexts[phase]}
    </Badge>
  );
}
