import type { AntiBotRules, SaleDefinition } from '../domain/sale.ts';
import type { EngineEvents } from '../telemetry/events.ts';
import { CaptchaUnavailable, type CaptchaVerifier } from './captcha.ts';
import { clientOfAddress } from './client-address.ts';
import { difficultyAt } from './difficulty.ts';
import { JoinRate } from './join-rate.ts';
import type { ProofChallenge } from './proof-answer.ts';
import type { ChallengeOwner, ProofOfWork, ProofVerdict } from './proof-of-work.ts';
import type { Tallies } from './tallies.ts';

/** Somebody who asks for a place in a waiting room, and what they bring. */
export interface Entrant {
  readonly userId: string;
  /** Of the client, after proxies. */
  readonly address: string;
  /** Epoch milliseconds. Null: nobody says. */
  readonly accountCreatedAtMs: number | null;
  /** By `deviceIdOf`. Null: no fingerprint was given. */
  readonly deviceId: string | null;
  /** The provider's token; where the sale asks for no CAPTCHA, it may be the answer to the challenge. */
  readonly captchaToken: string | null;
  /** The answer to the proof-of-work challenge. */
  readonly challengeSolution: string | null;
  readonly correlationId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** `hold`: gets a ticket like anybody else, and is never let in. */
export type EntranceVerdict = { readonly code: 'welcome' } | { readonly code: 'hold' } | EntranceRefusal;

export type EntranceRefusal =
  | { readonly code: 'challenge_failed' | 'account_too_young' | 'bot_suspected'; readonly detail: string }
  | { readonly code: 'device_unknown' }
  | { readonly code: 'rate_limited'; readonly retryAfterMs: number };

export interface EntrancePorts {
  readonly proofOfWork: ProofOfWork;
  /** Null: this server has no CAPTCHA provider. */
  readonly captcha: CaptchaVerifier | null;
  readonly tallies: Tallies;
  readonly events: EngineEvents;
}

export interface EntranceOptions {
  /** Joins a minute from one address; 0 turns the limit off. */
  readonly joinsPerAddress: number;
  /** Accounts that may come to a sale with one device before more are suspected; 0 turns the limit off. */
  readonly accountsPerDevice: number;
  /** Milliseconds of a clock that never runs backwards, for rates; the process's own unless given. */
  readonly elapsedMs?: () => number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Below it, reCAPTCHA takes a visitor for a bot. */
const MIN_SCORE = 0.5;

const WELCOME: EntranceVerdict = { code: 'welcome' };

/** Tells those who come for a place from machines, as far as the sale asks for it. */
export class Entrance {
  readonly #ports: EntrancePorts;
  readonly #joinsPerAddress: number;
  readonly #accountsPerDevice: number;
  readonly #joins = new JoinRate();
  readonly #elapsedMs: () => number;

  constructor(ports: EntrancePorts, { joinsPerAddress, accountsPerDevice, elapsedMs }: EntranceOptions) {
    this.#ports = ports;
    this.#joinsPerAddress = joinsPerAddress;
    this.#accountsPerDevice = accountsPerDevice;
    this.#elapsedMs = elapsedMs ?? (() => performance.now());
  }

  /** A challenge whose work grows with the load. */
  challenge(owner: ChallengeOwner, nowMs: number): Promise<ProofChallenge> {
    return this.#ports.proofOfWork.issue(owner, difficultyAt(this.#joins.perSecond(this.#elapsedMs())), nowMs);
  }

  /**
   * Is the entrant to get a place? The cheapest question comes first.
   *
   * @throws CaptchaUnavailable when the sale asks for a CAPTCHA and nobody can tell whether it was solved
   */
  async check(sale: SaleDefinition, entrant: Entrant): Promise<EntranceVerdict> {
    const verdict = (await this.#refusalByAddress(entrant)) ?? (await this.#verdictByRules(sale, entrant));
    // Only who is let in counts: nobody can make the work harder for others without doing it.
    if (verdict.code === 'welcome' || verdict.code === 'hold') this.#joins.count(this.#elapsedMs());
    this.#ports.events.entranceDecided(sale.saleId, entrant.correlationId, verdict.code);
    return verdict;
  }

  async #refusalByAddress({ address }: Entrant): Promise<EntranceRefusal | null> {
    if (this.#joinsPerAddress === 0) return null;
    const limit = { requests: this.#joinsPerAddress, windowMs: MINUTE_MS };
    const [rate] = await this.#ports.tallies.take([{ scope: 'join', key: clientOfAddress(address), limit }]);
    return !rate || rate.allowed ? null : { code: 'rate_limited', retryAfterMs: rate.retryAfterMs };
  }

  /** Who is to be held is asked for everything that the others are: an answer of another kind would tell. */
  async #verdictByRules({ saleId, antiBot: rules }: SaleDefinition, entrant: Entrant): Promise<EntranceVerdict> {
    if (!rules) return WELCOME;
    const refusal = refusalByAccount(rules, entrant) ?? (await this.#refusalByProof(rules, saleId, entrant));
    if (refusal) return refusal;
    const crowded = await this.#isCrowded(saleId, entrant);
    if (crowded && rules.botAction === 'refuse') return suspected(rules);
    const captcha = rules.captcha ? await this.#askCaptcha(entrant) : 'person';
    if (captcha === 'failed') return challengeFailed('The CAPTCHA was not solved, or its token was used before.');
    return crowded || captcha === 'bot' ? suspected(rules) : WELCOME;
  }

  async #refusalByProof(rules: AntiBotRules, saleId: string, entrant: Entrant): Promise<EntranceRefusal | null> {
    if (!rules.proofOfWork) return null;
    const answer = entrant.challengeSolution ?? (rules.captcha ? null : entrant.captchaToken);
    if (answer === null) return challengeFailed('The answer to a challenge is missing.');
    const { userId, nowMs } = entrant;
    const verdict = await this.#ports.proofOfWork.verify(answer, { userId, saleId }, nowMs);
    return verdict === 'solved' ? null : challengeFailed(PROOF_FAULTS[verdict]);
  }

  async #isCrowded(saleId: string, { deviceId, userId }: Entrant): Promise<boolean> {
    if (deviceId === null || this.#accountsPerDevice === 0) return false;
    return !(await this.#ports.tallies.admitAccount({ saleId, deviceId, userId }, this.#accountsPerDevice));
  }

  async #askCaptcha({ captchaToken, address }: Entrant): Promise<'person' | 'bot' | 'failed'> {
    if (captchaToken === null) return 'failed';
    const { captcha } = this.#ports;
    if (!captcha) throw new CaptchaUnavailable('The sale asks for a CAPTCHA, and this server has no provider of one.');
    const { ok, score } = await captcha.verify(captchaToken, address);
    if (!ok) return 'failed';
    return score === null || score >= MIN_SCORE ? 'person' : 'bot';
  }
}

const PROOF_FAULTS: Readonly<Record<Exclude<ProofVerdict, 'solved'>, string>> = {
  unreadable: 'This is no answer to a challenge.',
  foreign: 'The challenge was given to another buyer, for another sale, or by another server.',
  expired: 'The challenge has expired: ask for a new one.',
  wrong: 'The challenge was not solved.',
  used: 'The answer was used before: ask for a new challenge.',
};

function refusalByAccount(rules: AntiBotRules, entrant: Entrant): EntranceRefusal | null {
  if (isTooYoung(rules, entrant)) {
    const detail = `Accounts must be at least ${rules.minAccountAgeHours} h old for this sale.`;
    return { code: 'account_too_young', detail };
  }
  return rules.onePerDevice && entrant.deviceId === null ? { code: 'device_unknown' } : null;
}

/** An account of which nobody says how old it is may be as young as any. */
function isTooYoung({ minAccountAgeHours }: AntiBotRules, { accountCreatedAtMs, nowMs }: Entrant): boolean {
  if (minAccountAgeHours === 0) return false;
  return accountCreatedAtMs === null || nowMs - accountCreatedAtMs < minAccountAgeHours * HOUR_MS;
}

function challengeFailed(detail: string): EntranceRefusal {
  return { code: 'challenge_failed', detail };
}

function suspected({ botAction }: AntiBotRules): EntranceVerdict {
  return botAction === 'hold' ? { code: 'hold' } : { code: 'bot_suspected', detail: 'The request looks automated.' };
}
