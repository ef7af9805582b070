import { joinClasses } from '../../shared/join-classes.ts';
import { waitingTexts as texts } from '../texts/waiting-texts.ts';
import type { Headline } from './waiting-facts.ts';

const STEP_OF: Readonly<Partial<Record<Headline, number>>> = { called: 1, lapsed: 1, admitted: 2, done: 3, noRoom: 2 };
const OVER: ReadonlySet<Headline> = new Set(['ended', 'cancelled', 'soldOut', 'unknownSale']);

/** The way from here to an order. */
export function NextSteps({ headline }: { readonly headline: Headline }) {
  if (OVER.has(headline)) return null;
  const current = STEP_OF[headline] ?? 0;
  return (
    <aside aria-labelledby="next-steps" className="grid gap-4 px-1 lg:pt-4">
      <h2 id="next-steps" className="text-sm font-semibold text-muted">
        {texts.nextTitle}
      </h2>
      <ol className="grid gap-5">
        {texts.steps.map(([title, detail], index) => (
          <li
            key={title}
            aria-current={index === current ? 'step' : undefined}
            className="grid grid-cols-[1.75rem_1fr] gap-x-3"
          >
            <span
              aria-hidden="true"
              className={joinClasses(
                'grid size-7 place-items-center rounded-full text-sm font-semibold tabular-nums',
                index === current ? 'bg-accent text-accent-ink' : 'bg-sunken text-muted',
              )}
            >
              {index + 1}
            </span>
            <span className="grid gap-0.5">
              <span className={joinClasses('font-medium', index !== current && 'text-muted')}>{title}</span>
              <span className="text-sm text-muted">{detail}</span>
            </span>
          </li>
        ))}
      </ol>
    </aside>
  );
}
