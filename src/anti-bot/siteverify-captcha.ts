import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Pool } from 'undici';
import { type BreakerOptions, CallGuard } from '../resilience/call-guard.ts';
import type { BreakerState } from '../telemetry/events.ts';
import { CaptchaUnavailable, type CaptchaVerdict, type CaptchaVerifier } from './captcha.ts';

export interface SiteverifyCaptchaOptions {
  /** The provider's whole `siteverify` URL. */
  readonly url: string;
  readonly secret: string;
  readonly breaker: BreakerOptions;
  readonly onBreakerChange: (state: BreakerState) => void;
  /** Per call; 3 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 3_000;
const MAX_CONCURRENT = 64;
const MAX_QUEUED = 1_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** A second call about the same token would be told that it was used. */
const ONCE = { attempts: 1, baseMs: 0 };

/**
 * What the providers say of a token: all that its sender can bring about, or anybody could make us leave the provider
 * alone. Any other code is about us, or about them, and nothing is known of the buyer.
 */
const TOKEN_FAULTS: ReadonlySet<string> = new Set([
  'missing-input-response',
  'invalid-input-response',
  'timeout-or-duplicate',
  'expired-input-response',
  'already-seen-response',
  'invalid-or-already-seen-response',
  'bad-request',
  'browser-error',
  'sitekey-secret-mismatch',
]);

const answerSchema = Type.Object({
  success: Type.Boolean(),
  'error-codes': Type.Optional(Type.Array(Type.String())),
  score: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  /** Of hCaptcha, whose score is one of risk: 1 is a bot. */
  score_reason: Type.Optional(Type.Array(Type.String())),
});

type Answer = Static<typeof answerSchema>;

const answerCheck = Compile(answerSchema);

/** Asks Turnstile, hCaptcha, reCAPTCHA, or who else speaks their `siteverify` protocol. Must be closed. */
export class SiteverifyCaptcha implements CaptchaVerifier {
  readonly #secret: string;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #guard: CallGuard;

  constructor({ url, secret, breaker, onBreakerChange, timeoutMs = TIMEOUT_MS }: SiteverifyCaptchaOptions) {
    const { origin, pathname, search } = new URL(url);
    this.#secret = secret;
    this.#path = pathname + search;
    this.#pool = new Pool(origin, { connections: MAX_CONCURRENT, maxResponseSize: MAX_ANSWER_BYTES });
    this.#guard = new CallGuard({
      fault: CaptchaUnavailable,
      timeoutMs,
      maxConcurrent: MAX_CONCURRENT,
      maxQueued: MAX_QUEUED,
      retry: ONCE,
      breaker,
      onBreakerChange,
      onRetry: () => {},
    });
  }

  /** `open` becomes `half_open` with the first call after the open time, not by itself. */
  breakerState(): BreakerState {
    return this.#guard.breakerState;
  }

  async verify(token: string, address: string): Promise<CaptchaVerdict> {
    return this.#guard.run(async (signal) => verdictOf(parse(await this.#ask(token, address, signal))));
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    if (!this.#pool.closed) await this.#pool.close();
  }

  async #ask(token: string, address: string, signal: AbortSignal): Promise<string> {
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ secret: this.#secret, response: token, remoteip: address }).toString(),
        signal,
      });
      const text = await body.text();
      if (statusCode < 500) return text;
      throw new CaptchaUnavailable(`the CAPTCHA provider answered ${statusCode}`);
    } catch (error) {
      if (error instanceof CaptchaUnavailable) throw error;
      throw new CaptchaUnavailable('no answer from the CAPTCHA provider', { cause: error });
    }
  }
}

function parse(text: string): Answer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new CaptchaUnavailable('the answer of the CAPTCHA provider is not JSON', { cause: error });
  }
  if (answerCheck.Check(answer)) return answer;
  throw new CaptchaUnavailable('the answer of the CAPTCHA provider is none of the protocol');
}

function verdictOf({ success, score, score_reason: risk, 'error-codes': codes = [] }: Answer): CaptchaVerdict {
  if (success) return { ok: true, score: score === undefined ? null : risk ? 1 - score : score };
  if (codes.every((code) => TOKEN_FAULTS.has(code))) return { ok: false, score: null };
  throw new CaptchaUnavailable(`the CAPTCHA provider refuses to be asked: ${codes.join(', ')}`);
}
