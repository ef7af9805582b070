import type { ReactNode } from 'react';
import { joinClasses } from '../../shared/join-classes.ts';

type VerdictTone = 'positive' | 'caution' | 'critical';

interface VerdictPanelProps {
  readonly tone: VerdictTone;
  readonly title: string;
  readonly children: ReactNode;
}

const TONES: Readonly<Record<VerdictTone, string>> = {
  positive: 'bg-positive-soft text-positive',
  caution: 'bg-caution-soft text-caution',
  critical: 'bg-critical-soft text-critical',
};

const SIGNS: Readonly<Record<VerdictTone, string>> = {
  positive: 'M5 12.5l4.5 4.5L19 7.5',
  caution: 'M12 6v8M12 17.5v.5',
  critical: 'M7 7l10 10M17 7L7 17',
};

/** The answer to the question of a page, in one glance. */
export function VerdictPanel({ tone, title, children }: VerdictPanelProps) {
  return (
    <div role="status" className={joinClasses('flex gap-4 rounded-card p-5 sm:p-6', TONES[tone])}>
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        className="mt-0.5 size-6 shrink-0 fill-none stroke-current"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d={SIGNS[tone]} />
      </svg>
      <div className="grid gap-1">
        <p className="text-lg font-semibold">{title}</p>
        <div className="max-w-prose text-ink">{children}</div>
      </div>
    </div>
  );
}
