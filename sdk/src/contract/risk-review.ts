import { type Static, Type } from 'typebox';
import * as field from './fields.ts';

/** A threshold: what exceeds it is looked at by an operator. */
function allowed(defaultValue: number, description: string) {
  return Type.Integer({
    minimum: 0,
    maximum: 1_000_000,
    default: defaultValue,
    description: `${description} 0: any number.`,
    examples: [defaultValue],
  });
}

/** A household of a few with one address and one card passes; a ring does not. */
export const riskThresholds = Type.Object({
  accounts_per_address: allowed(3, 'Accounts that buy to one delivery address, however it is written.'),
  accounts_per_payment_method: allowed(2, 'Accounts that pay with one means of payment, as far as its token tells.'),
  accounts_per_device: allowed(2, 'Accounts that buy on one device.'),
  units_per_address: allowed(6, 'Units of one item that go to one delivery address.'),
  orders_per_ten_minutes: allowed(
    5,
    'Orders within ten minutes that share an address, a means of payment or a device.',
  ),
  sales_at_limit: allowed(3, 'Sales within a month in which one account buys all that a buyer may have.'),
});

const description =
  'After payment: an order that exceeds one of these is not handed over until an operator clears it, or cancels it ' +
  'and gives the money back.';

/** What an operator asks for; what is left out has its default. */
export const riskReviewDraft = field.nullable(Type.Partial(riskThresholds, { additionalProperties: false }), {
  description: `${description} Null: no order is looked at.`,
  examples: [{}, { accounts_per_address: 2 }, null],
});

export type RiskReviewDraft = Static<typeof riskReviewDraft>;

/** The thresholds of a sale, as operators see them. */
export const riskReview = field.nullable(riskThresholds, {
  description: `${description} Null: no order is looked at.`,
});

export type RiskReview = Static<typeof riskReview>;
