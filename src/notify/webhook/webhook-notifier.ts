import { Agent, request } from 'undici';
import { type BreakerOptions, CallGuard } from '../../resilience/call-guard.ts';
import { sign } from '../../signing/signature.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import { type Notifier, type Webhook, WebhookRejected, WebhookUnavailable } from '../notifier.ts';

export interface WebhookNotifierOptions {
  readonly url: string;
  readonly secret: string;
  /** How long the shop may take to answer. */
  readonly timeoutMs: number;
  /** Calls at the same time. */
  readonly maxConcurrent: number;
  readonly breaker: BreakerOptions;
  /** Epoch milliseconds, for signatures. */
  readonly now: () => number;
  readonly onBreakerChange: (state: BreakerState) => void;
}

/** Refusals that time mends: too slow, too early, too many. */
const PASSING = [408, 425, 429];

/** Posts signed messages to the shop. Any answer but 2xx is none: a redirect is not followed. */
export class WebhookNotifier implements Notifier<Webhook> {
  readonly #options: WebhookNotifierOptions;
  readonly #agent: Agent;
  readonly #guard: CallGuard;

  constructor(options: WebhookNotifierOptions) {
    const { timeoutMs, maxConcurrent, breaker, onBreakerChange } = options;
    this.#options = options;
    this.#agent = new Agent({ connections: maxConcurrent, connect: { timeout: timeoutMs } });
    this.#guard = new CallGuard({
      fault: WebhookUnavailable,
      timeoutMs,
      maxConcurrent,
      maxQueued: 0,
      // The ledger knows when to try again, over restarts too.
      retry: { attempts: 1, baseMs: 1 },
      breaker,
      onBreakerChange,
      onRetry: () => {},
    });
  }

  breakerState(): BreakerState {
    return this.#guard.breakerState;
  }

  /** A refusal passes the breaker as a value, and so counts as the success that it is: the shop answers. */
  async send(webhook: Webhook): Promise<void> {
    const status = await this.#guard.run((signal) => this.#post(webhook, signal));
    if (status >= 300) throw new WebhookRejected(`the shop answered ${status}`);
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    if (!this.#agent.closed) await this.#agent.close();
  }

  async #post(webhook: Webhook, signal: AbortSignal): Promise<number> {
    const status = await this.#exchange(webhook, signal);
    if (status >= 500 || PASSING.includes(status)) throw new WebhookUnavailable(`the shop answered ${status}`);
    return status;
  }

  async #exchange({ webhookId, correlationId, body }: Webhook, signal: AbortSignal): Promise<number> {
    const { url, secret, now } = this.#options;
    try {
      const response = await request(url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: {
          ...sign(secret, webhookId, body, now()),
          'content-type': 'application/json',
          'x-correlation-id': correlationId,
        },
        body,
        signal,
      });
      await response.body.dump();
      return response.statusCode;
    } catch (error) {
      throw new WebhookUnavailable('no answer from the shop', { cause: error });
    }
  }
}
