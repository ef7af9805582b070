import { type PaymentAnswer, toPaymentAnswer } from '../payment-protocol.ts';
import type { PaymentRecord } from './payment-record.ts';

/** All that the simulated provider has on record, for comparison with the shop's own books. */
export interface Statement {
  readonly payments: readonly StatementLine[];
  readonly sums: readonly StatementSum[];
}

/** The terms are null for an attempt that was voided before it was ever authorised. */
interface StatementLine extends PaymentAnswer {
  readonly order_id: string | null;
  readonly amount_minor: number | null;
  readonly currency: string | null;
  readonly payment_method: string | null;
  readonly captured_minor: number;
  readonly refunded_minor: number;
}

/** Minor units of one currency. */
interface StatementSum {
  readonly currency: string;
  /** Held and not taken. */
  readonly held_minor: number;
  /** Ever taken, whether given back or not. */
  readonly captured_minor: number;
  readonly refunded_minor: number;
}

export function statementOf(records: readonly PaymentRecord[]): Statement {
  const lines = records.map(lineOf);
  const currencies = new Set(lines.flatMap(({ currency }) => currency ?? []));
  return { payments: lines, sums: [...currencies].sort().map((currency) => sumOf(currency, lines)) };
}

function lineOf(record: PaymentRecord): StatementLine {
  return {
    ...toPaymentAnswer(record),
    order_id: record.terms?.orderId ?? null,
    amount_minor: record.terms?.amountMinor ?? null,
    currency: record.terms?.currency ?? null,
    payment_method: record.terms?.paymentMethod ?? null,
    captured_minor: record.capturedMinor,
    refunded_minor: record.refundedMinor,
  };
}

function sumOf(currency: string, lines: readonly StatementLine[]): StatementSum {
  const sum = { currency, held_minor: 0, captured_minor: 0, refunded_minor: 0 };
  for (const line of lines) {
    if (line.currency !== currency) continue;
    if (line.status === 'authorised') sum.held_minor += line.amount_minor ?? 0;
    sum.captured_minor += line.captured_minor;
    sum.refunded_minor += line.refunded_minor;
  }
  return sum;
}
