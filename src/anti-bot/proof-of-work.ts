import { hkdfSync, randomInt } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { TokenKey } from '../config/config.ts';
import { isProofChallenge, type ProofChallenge, parseProofAnswer } from './proof-answer.ts';
import { SOLUTION_LIFETIME_MS, type Tallies } from './tallies.ts';

/** Whose a challenge is, and for what: to anybody else, and for any other sale, its solution is worth nothing. */
export interface ChallengeOwner {
  readonly userId: string;
  readonly saleId: string;
}

/**
 * `unreadable`: no answer to a challenge at all. `foreign`: to one that was not given here, or not to this owner.
 * `used`: the answer has let its owner in before.
 */
export type ProofVerdict = 'solved' | 'unreadable' | 'foreign' | 'expired' | 'wrong' | 'used';

interface ProofSecrets {
  readonly hmacSignatureSecret: string;
  readonly hmacKeySignatureSecret: string;
}

const ALGORITHM = 'PBKDF2/SHA-256';
/** Rounds of a try. */
const COST = 5_000;
const SECRET_BYTES = 32;

/**
 * Challenges that cost a device some time. Nothing is kept of a challenge that was given out: it is signed, and its
 * signature covers the key that solves it, so that an answer is verified by two HMACs, whatever the work was.
 */
export class ProofOfWork {
  readonly #signingKid: string;
  readonly #secrets: ReadonlyMap<string, ProofSecrets>;
  readonly #tallies: Pick<Tallies, 'useSolution'>;

  /** The first key signs, all of them verify. */
  constructor(keys: readonly TokenKey[], tallies: Pick<Tallies, 'useSolution'>) {
    const [first] = keys;
    if (!first) throw new RangeError('challenges need at least one key');
    this.#tallies = tallies;
    this.#signingKid = first.kid;
    this.#secrets = new Map(keys.map(({ kid, secret }) => [kid, secretsOf(secret)]));
  }

  /** @param tries that it takes at most; half of them on average */
  async issue({ userId, saleId }: ChallengeOwner, tries: number, nowMs: number): Promise<ProofChallenge> {
    const challenge = await createChallenge({
      algorithm: ALGORITHM,
      cost: COST,
      counter: randomInt(tries),
      data: { kid: this.#signingKid, sale_id: saleId, user_id: userId },
      expiresAt: Math.floor((nowMs + SOLUTION_LIFETIME_MS) / 1000),
      deriveKey,
      ...this.#secrets.get(this.#signingKid),
    });
    if (!isProofChallenge(challenge)) throw new TypeError('the library made a challenge of another shape');
    return challenge;
  }

  /** @param text what the widget hands in */
  async verify(text: string, owner: ChallengeOwner, nowMs: number): Promise<ProofVerdict> {
    const answer = parseProofAnswer(text);
    if (!answer) return 'unreadable';
    const { challenge, solution } = answer;
    const { data, expiresAt } = challenge.parameters;
    const secrets = this.#secrets.get(data.kid);
    if (!secrets || data.user_id !== owner.userId || data.sale_id !== owner.saleId) return 'foreign';
    const result = await verifySolution({ challenge, solution, deriveKey, ...secrets });
    if (result.invalidSignature) return 'foreign';
    // The library goes by the system's clock, the rest of the house by the one it is given.
    if (result.expired || nowMs >= expiresAt * 1000) return 'expired';
    if (!result.verified) return 'wrong';
    return (await this.#tallies.useSolution(challenge.signature, nowMs)) ? 'solved' : 'used';
  }
}

function secretsOf(secret: string): ProofSecrets {
  return {
    hmacSignatureSecret: deriveSecret(secret, 'challenge'),
    hmacKeySignatureSecret: deriveSecret(secret, 'challenge solution'),
  };
}

function deriveSecret(secret: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', secret, '', `tidegate ${purpose}`, SECRET_BYTES)).toString('hex');
}
