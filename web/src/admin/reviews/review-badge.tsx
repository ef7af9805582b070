import type { Review } from '#sdk/contract/review.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { reviewStateTexts } from '../texts/review-texts.ts';

const TONES: Readonly<Record<Review['status'], Tone>> = { open: 'caution', cleared: 'positive', cancelled: 'neutral' };

export function ReviewBadge({ status }: { readonly status: Review['status'] }) {
  return <Badge tone={TONES[status]}>{reviewStateTexts[status]}</Badge>;
}
