import type { AdminOrder } from '#sdk/contract/order.ts';
import { joinClasses } from '../../shared/join-classes.ts';
import { fulfilmentTexts, orderTexts as texts } from '../texts/order-texts.ts';
import { FULFILMENT_STEPS, type Fulfilment } from './fulfilment.ts';

/** How far a paid order has come on its way to the buyer. */
export function FulfilmentSteps({ reached }: { readonly reached: NonNullable<AdminOrder['fulfilment']> }) {
  const current = FULFILMENT_STEPS.indexOf(reached);
  return (
    <ol aria-label={texts.progress} className="grid grid-cols-4 gap-2">
      {FULFILMENT_STEPS.map((step, index) => (
        <Step key={step} step={step} done={index <= current} isCurrent={index === current} />
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: Fulfilment;
  readonly done: boolean;
  readonly isCurrent: boolean;
}

function Step({ step, done, isCurrent }: StepProps) {
  return (
    <li aria-current={isCurrent ? 'step' : undefined} className="grid content-start gap-2">
      <span aria-hidden="true" className={joinClasses('h-1.5 rounded-full', done ? 'bg-accent' : 'bg-line')} />
      <span className={joinClasses('text-xs sm:text-sm', isCurrent ? 'font-semibold' : 'text-muted')}>
        {fulfilmentTexts[step]}
      </span>
    </li>
  );
}
