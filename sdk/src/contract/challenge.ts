import { type Static, Type } from 'typebox';
import * as field from './fields.ts';
import { operation } from './operation.ts';

const hex = (description: string, examples: string[]) => Type.String({ pattern: '^[0-9a-f]+$', description, examples });

/** The names are ALTCHA's: the document goes to its widget as it is. */
const challenge = Type.Object(
  {
    parameters: Type.Object({
      algorithm: Type.String({ description: 'What one try is.', examples: ['PBKDF2/SHA-256'] }),
      nonce: hex('Begins what is hashed; the counter follows.', ['9a53f1d0c4d94b6f8d5b1d0ad94c5a11']),
      salt: hex('The salt.', ['1f8a4e0b6c2d43f79f0a7b5c3e2d1a90']),
      cost: Type.Integer({ minimum: 1, description: 'Rounds of a try.', examples: [5000] }),
      keyLength: Type.Integer({ minimum: 1, description: 'Bytes of the derived key.', examples: [32] }),
      keyPrefix: hex('How the derived key of the right counter begins.', ['5bd0c1a77f3c9c0d1a2b3c4d5e6f7081']),
      keySignature: hex('Tells the server which key is right.', [
        '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
      ]),
      expiresAt: Type.Integer({ description: 'Seconds since 1970.', examples: [1_890_000_300] }),
      data: Type.Object({
        kid: Type.String({ description: 'The key that signed.', examples: ['local'] }),
        sale_id: field.saleId,
        user_id: field.userId,
      }),
    }),
    signature: hex('Covers all of `parameters`.', ['fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9']),
  },
  { description: 'A challenge of ALTCHA, version 2.' },
);

export type ProofChallenge = Static<typeof challenge>;

/** What a buyer brings to the entrance: see docs/anti-bot.md. Opaque here, whatever its provider. */
const token = (description: string) => Type.String({ pattern: '^[!-~]{1,4096}$', description });

export const captchaToken = token(
  "The CAPTCHA provider's token; where the sale asks for a proof of work alone, it may be the answer to the challenge.",
);

export const challengeSolution = token(
  'The answer to the challenge of `GET /api/v1/challenge`, as ALTCHA gives it: `{challenge, solution}` as JSON in base64.',
);

export const readChallenge = operation({
  id: 'readChallenge',
  method: 'GET',
  path: '/api/v1/challenge',
  summary: 'A proof of work to do',
  description:
    'For the entrance of a sale that asks for one. Good for five minutes, for this buyer and this sale, and for one ' +
    'entrance. The work grows with the number of those who come.',
  tags: ['queue'],
  auth: 'user',
  query: Type.Object({ sale_id: field.saleId }, { additionalProperties: false }),
  responses: { 200: challenge },
  problems: ['not_found'],
});
