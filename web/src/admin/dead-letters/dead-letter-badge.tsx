import type { DeadLetter } from '#sdk/contract/dead-letter.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { deadLetterStateTexts } from '../texts/dead-letter-texts.ts';

const TONES: Readonly<Record<DeadLetter['state'], Tone>> = {
  open: 'critical',
  replayed: 'positive',
  discarded: 'neutral',
};

export function DeadLetterBadge({ state }: { readonly state: DeadLetter['state'] }) {
  return <Badge tone={TONES[state]}>{deadLetterStateTexts[state]}</Badge>;
}
