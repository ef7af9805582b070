import type { Review } from '#sdk/contract/review.ts';
import { ruleTexts, reviewTexts as texts } from '../texts/review-texts.ts';

/** Each rule that was met: what was counted, against what the sale lets pass. */
export function FindingList({ findings }: { readonly findings: Review['findings'] }) {
  return (
    <ul className="grid gap-5">
      {findings.map(({ rule, trait, explanation, figure, allowed }) => (
        <li key={`${rule} ${trait} ${explanation}`} className="grid gap-2">
          <div className="flex items-baseline justify-between gap-4">
            <h3 className="text-sm font-semibold">{ruleTexts[rule]}</h3>
            <p className="text-sm text-muted tabular-nums">{texts.limit(allowed)}</p>
          </div>
          <Excess figure={figure} allowed={allowed} />
          <p className="text-sm text-muted">{explanation}</p>
        </li>
      ))}
    </ul>
  );
}

/** How far beyond what passes: the bar is all that was counted, its first part what would have passed. */
function Excess({ figure, allowed }: { readonly figure: number; readonly allowed: number }) {
  return (
    <svg
      aria-hidden="true"
      className="h-1.5 w-full overflow-hidden rounded-full"
      preserveAspectRatio="none"
      viewBox={`0 0 ${figure} 1`}
    >
      <rect width={figure} height="1" className="fill-caution" />
      <rect width={Math.min(allowed, figure)} height="1" className="fill-line" />
    </svg>
  );
}
