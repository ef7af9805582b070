import type { Order } from '#sdk/contract/order.ts';
import { Card } from '../../shared/card.tsx';
import { joinClasses } from '../../shared/join-classes.ts';
import { Time } from '../../shared/time.tsx';
import { STEP_TEXTS, orderTexts as texts } from '../texts/order-texts.ts';
import { STEPS, type Step, stepOf } from './order-facts.ts';

/** How far a good order has come, and when it came there. */
export function OrderTracking({ order }: { readonly order: Order }) {
  const reached = STEPS.indexOf(stepOf(order));
  return (
    <Card className="p-6">
      <h2 className="mb-5 text-lg font-semibold">{texts.track}</h2>
      <ol className="grid">
        {STEPS.map((step, index) => (
          <TrackingStep
            key={step}
            step={step}
            at={timeOf(order, step)}
            isReached={index <= reached}
            isCurrent={index === reached}
            isLast={index === STEPS.length - 1}
          />
        ))}
      </ol>
    </Card>
  );
}

interface TrackingStepProps {
  readonly step: Step;
  readonly at: string | null;
  readonly isReached: boolean;
  readonly isCurrent: boolean;
  readonly isLast: boolean;
}

function TrackingStep({ step, at, isReached, isCurrent, isLast }: TrackingStepProps) {
  return (
    <li aria-current={isCurrent ? 'step' : undefined} className="grid grid-cols-[1.25rem_1fr_auto] gap-x-4">
      <span aria-hidden="true" className="grid grid-rows-[1.5rem_1fr] justify-items-center">
        <span
          className={joinClasses(
            'mt-1.5 size-3 rounded-full',
            isReached ? 'bg-accent' : 'border-2 border-line-strong',
            isCurrent && 'ring-4 ring-accent-soft',
          )}
        />
        {!isLast && (
          <span className={joinClasses('min-h-6 w-0.5', isReached && !isCurrent ? 'bg-accent' : 'bg-line')} />
        )}
      </span>
      <span className={joinClasses(isCurrent ? 'font-semibold' : !isReached && 'text-muted')}>{STEP_TEXTS[step]}</span>
      <span className="text-sm leading-6 text-muted">{isReached && at && <Time at={at} />}</span>
    </li>
  );
}

/** What begins each step: a paid order is packed without another word. */
const EVENT_OF: Readonly<Record<Step, string>> = {
  reserved: 'order_reserved',
  paid: 'order_paid',
  processing: 'order_paid',
  shipped: 'shipped',
  out_for_delivery: 'out_for_delivery',
  delivered: 'delivered',
};

/** The last time that the step was reached: an order may have been reserved again. */
function timeOf({ timeline, reserved_at }: Order, step: Step): string | null {
  const entry = timeline.findLast(({ type }) => type === EVENT_OF[step]);
  return entry?.at ?? (step === 'reserved' ? reserved_at : null);
}
