import { type Static, Type } from 'typebox';
import * as field from './fields.ts';

const proofOfWork = Type.Boolean({
  default: false,
  description: 'Whoever joins the queue solves a challenge: see `GET /api/v1/challenge`. Needs a waiting room.',
});
const captcha = Type.Boolean({
  default: false,
  description: 'Whoever joins the queue brings the token of a CAPTCHA provider. Needs a waiting room.',
});
const minAccountAgeHours = Type.Integer({
  minimum: 0,
  maximum: 87_600,
  default: 0,
  description:
    'Younger accounts may not join the queue; nor may those of which nobody says how old they are. 0: of any age. ' +
    'Needs a waiting room.',
  examples: [24],
});
const onePerDevice = Type.Boolean({
  default: false,
  description: 'A device may make one order; one that is cancelled or expires does not count.',
});
const onePerPaymentMethod = Type.Boolean({
  default: false,
  description: 'A means of payment may pay one order, as far as its token tells.',
});
const botAction = field.codes(['refuse', 'hold'], {
  default: 'refuse',
  description: '`hold`: a suspected bot gets a place in the queue like anybody else, and is never let in.',
  examples: ['hold'],
});

/** The rules against bots that an operator asks for; what is left out is off. */
export const antiBotDraft = field.nullable(
  Type.Object(
    {
      proof_of_work: Type.Optional(proofOfWork),
      captcha: Type.Optional(captcha),
      min_account_age_hours: Type.Optional(minAccountAgeHours),
      one_per_device: Type.Optional(onePerDevice),
      one_per_payment_method: Type.Optional(onePerPaymentMethod),
      bot_action: Type.Optional(botAction),
    },
    { additionalProperties: false },
  ),
  { description: 'Null: no rules against bots.', examples: [{ proof_of_work: true, min_account_age_hours: 24 }, null] },
);

export type AntiBotDraft = Static<typeof antiBotDraft>;

/** The rules against bots, as operators see them. */
export const antiBot = field.nullable(
  Type.Object({
    proof_of_work: proofOfWork,
    captcha,
    min_account_age_hours: minAccountAgeHours,
    one_per_device: onePerDevice,
    one_per_payment_method: onePerPaymentMethod,
    bot_action: botAction,
  }),
  { description: 'Null: no rules against bots.' },
);

export type AntiBot = Static<typeof antiBot>;

/** What a page has to bring. How long an account must be there, and what becomes of bots, is for nobody to know. */
export const antiBotDemands = field.nullable(
  Type.Object({
    proof_of_work: Type.Boolean({
      description: 'To join the queue: the answer to the challenge of `GET /api/v1/challenge`.',
    }),
    captcha: Type.Boolean({ description: 'To join the queue: the token of the CAPTCHA provider.' }),
    device_fingerprint: Type.Boolean({ description: 'To join the queue and to buy: `device_fingerprint`.' }),
  }),
  { description: 'What to bring. Null: nothing.' },
);

export type AntiBotDemands = Static<typeof antiBotDemands>;
