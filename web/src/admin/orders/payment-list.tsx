import type { AdminOrderDetails } from '#sdk/contract/admin-order.ts';
import { Badge, type Tone } from '../../shared/badge.tsx';
import { Money } from '../../shared/money.tsx';
import { Time } from '../../shared/time.tsx';
import { paymentStatusTexts, orderTexts as texts } from '../texts/order-texts.ts';

type Attempt = AdminOrderDetails['payments'][number];

const TONES: Readonly<Partial<Record<Attempt['status'], Tone>>> = {
  confirmed: 'positive',
  captured: 'positive',
  declined: 'critical',
  refunding: 'caution',
};

/** Every attempt to pay, the first one first. */
export function PaymentList({ payments }: { readonly payments: readonly Attempt[] }) {
  if (payments.length === 0) return <p className="text-sm text-muted">{texts.noPayments}</p>;
  return (
    <ol className="grid gap-4 divide-y divide-line text-sm">
      {payments.map((attempt) => (
        <li key={attempt.attempt_id} className="grid gap-1.5 not-last:pb-4">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="font-medium">{texts.attempt(attempt.attempt_number)}</span>
            <Badge tone={TONES[attempt.status] ?? 'neutral'}>{paymentStatusTexts[attempt.status]}</Badge>
            <Money className="ml-auto font-medium" minor={attempt.amount_minor} currency={attempt.currency} />
          </div>
          <p className="text-muted">
            <Time at={attempt.updated_at} format="second" />
            {attempt.message && ` · ${attempt.message}`}
          </p>
          {attempt.provider_reference && (
            <p className="break-all text-muted">
              {texts.reference} <code className="font-mono text-[0.8125rem]">{attempt.provider_reference}</code>
            </p>
          )}
          {attempt.last_error && (
            <p className="text-critical">
              {texts.failedTries(attempt.tries)}: {attempt.last_error}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}
