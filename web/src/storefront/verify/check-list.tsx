import { joinClasses } from '../../shared/join-classes.ts';
import { CHECK_TEXTS, verifyTexts as texts } from '../texts/verify-texts.ts';
import type { Check } from './draw-checks.ts';

const WORDS = { right: texts.passed, wrong: texts.failedCheck, open: texts.notChecked } as const;
const SIGNS = { right: 'm5 12.5 4.5 4.5L19 7.5', wrong: 'M6 6l12 12M18 6 6 18', open: 'M6 12h12' } as const;
const LOOKS = {
  right: 'bg-positive-soft text-positive',
  wrong: 'bg-critical-soft text-critical',
  open: 'bg-sunken text-muted',
} as const;

/** Each thing that was computed, and what came out. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <section aria-labelledby="checks" className="grid gap-3">
      <h2 id="checks" className="text-lg font-semibold">
        {texts.checked}
      </h2>
      <ul className="divide-y divide-line border-y border-line">
        {checks.map(({ name, verdict }) => (
          <li key={name} className="grid grid-cols-[1.75rem_1fr] gap-x-4 py-3.5">
            <span className={joinClasses('grid size-7 place-items-center rounded-full', LOOKS[verdict])}>
              <svg
                aria-hidden="true"
                viewBox="0 0 24 24"
                className="size-4"
                fill="none"
                stroke="currentColor"
                strokeWidth="3"
              >
                <path d={SIGNS[verdict]} strokeLinecap="round" strokeLinejoin="round" />
              </svg>
              <span className="sr-only">{WORDS[verdict]}: </span>
            </span>
            <span className="pt-0.5">{CHECK_TEXTS[name]}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
