import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const challenge = Type.Object({
  parameters: Type.Object({
    algorithm: Type.String(),
    nonce: Type.String(),
    salt: Type.String(),
    cost: Type.Integer(),
    keyLength: Type.Integer(),
    keyPrefix: Type.String(),
    keySignature: Type.String(),
    /** Seconds since the epoch. */
    expiresAt: Type.Integer(),
    data: Type.Object({ kid: Type.String(), sale_id: Type.String(), user_id: Type.String() }),
  }),
  signature: Type.String(),
});

/** A challenge of ALTCHA, version 2, as its widget takes it, with whom and what it is for. */
export type ProofChallenge = Static<typeof challenge>;

const answer = Type.Object({
  challenge,
  solution: Type.Object({ counter: Type.Integer(), derivedKey: Type.String() }),
});

/** What the widget hands in. */
export type ProofAnswer = Static<typeof answer>;

const challengeCheck = Compile(challenge);
const answerCheck = Compile(answer);

export function isProofChallenge(value: unknown): value is ProofChallenge {
  return challengeCheck.Check(value);
}

/** Reads what the widget hands in: JSON in base64. Null for anything else. */
export function parseProofAnswer(text: string): ProofAnswer | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString());
    return answerCheck.Check(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
