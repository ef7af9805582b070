import { SpanKind } from '@opentelemetry/api';
import { Pool } from 'undici';
import { type BreakerOptions, CallGuard, type RetryOptions } from '../../resilience/call-guard.ts';
import { newMessageId, sign, verifySignature } from '../../signing/signature.ts';
import type { BreakerState } from '../../telemetry/events.ts';
import { currentTraceparent, kept, traced } from '../../telemetry/tracing.ts';
import {
  type ActionBody,
  type AuthoriseBody,
  isPaymentAnswer,
  isRefusalAnswer,
  type PaymentAction,
  type RefusalAnswer,
  toProviderPayment,
} from '../payment-protocol.ts';
import {
  type AuthoriseRequest,
  type CallOptions,
  type PaymentProvider,
  PaymentProviderUnavailable,
  PaymentRequestRejected,
  type ProviderPayment,
  type RepeatOptions,
} from '../payment-provider.ts';

export interface HttpPaymentProviderOptions {
  /** The base URL of the payment service; `/payments/…` is appended. */
  readonly url: string;
  readonly secret: string;
  /** Where the service may tell of a change. It is not told to call back if absent. */
  readonly callbackUrl?: string;
  /** Per call; 10 s. */
  readonly timeoutMs?: number;
  /** Calls at the same time, 64, and calls that wait for one of them to end, 1,000. */
  readonly maxConcurrent?: number;
  readonly maxQueued?: number;
  readonly retry?: RetryOptions;
  readonly breaker?: BreakerOptions;
  /** Epoch milliseconds, for signatures. */
  readonly now?: () => number;
  readonly onBreakerChange?: (state: BreakerState) => void;
  /** Before each repeat of a failed call. */
  readonly onRetry?: () => void;
}

interface Call {
  readonly attemptId: string;
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly action?: PaymentAction;
  readonly body?: AuthoriseBody | ActionBody;
  readonly options: CallOptions;
}

type Reply =
  | { readonly kind: 'payment'; readonly payment: ProviderPayment }
  | { readonly kind: 'refused'; readonly refusal: RefusalAnswer };

const DEFAULT_RETRY: RetryOptions = { attempts: 3, baseMs: 2_000 };
const DEFAULT_BREAKER: BreakerOptions = {
  failureThreshold: 5,
  successThreshold: 2,
  baseOpenMs: 30_000,
  maxOpenMs: 300_000,
};
/** The statuses by which a service refuses for good; any other that is no success may pass. */
const REFUSAL_STATUSES: readonly number[] = [400, 404, 409, 422];
const PROVIDER = { kind: SpanKind.CLIENT };
const MAX_ANSWER_BYTES = 64 * 1024;

/** Speaks docs/payment-protocol.md to the service at a URL. Must be closed. */
export class HttpPaymentProvider implements PaymentProvider {
  readonly #secret: string;
  readonly #callbackUrl: string | undefined;
  readonly #basePath: string;
  readonly #pool: Pool;
  readonly #guard: CallGuard;
  readonly #now: () => number;

  constructor(options: HttpPaymentProviderOptions) {
    const url = new URL(options.url);
    this.#secret = options.secret;
    this.#callbackUrl = options.callbackUrl;
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#now = options.now ?? Date.now;
    const maxConcurrent = options.maxConcurrent ?? 64;
    this.#pool = new Pool(url.origin, { connections: maxConcurrent, maxResponseSize: MAX_ANSWER_BYTES });
    this.#guard = new CallGuard({
      fault: PaymentProviderUnavailable,
      timeoutMs: options.timeoutMs ?? 10_000,
      maxConcurrent,
      maxQueued: options.maxQueued ?? 1_000,
      retry: options.retry ?? DEFAULT_RETRY,
      breaker: options.breaker ?? DEFAULT_BREAKER,
      onBreakerChange: options.onBreakerChange ?? (() => {}),
      onRetry: options.onRetry ?? (() => {}),
    });
  }

  /** `open` becomes `half_open` with the first call after the open time, not by itself. */
  breakerState(): BreakerState {
    return this.#guard.breakerState;
  }

  async authorise(request: AuthoriseRequest, options: RepeatOptions = {}): Promise<ProviderPayment> {
    return this.#pay({
      attemptId: request.attemptId,
      method: 'PUT',
      body: {
        action: 'authorise',
        attempt_id: request.attemptId,
        order_id: request.orderId,
        amount_minor: request.amountMinor,
        currency: request.currency,
        payment_method: request.paymentMethod,
        ...(this.#callbackUrl !== undefined && { callback_url: this.#callbackUrl }),
      },
      options: { ...options, correlationId: request.correlationId },
    });
  }

  async capture(attemptId: string, options: CallOptions = {}): Promise<ProviderPayment> {
    return this.#act('capture', attemptId, options);
  }

  async void(attemptId: string, options: CallOptions = {}): Promise<ProviderPayment> {
    return this.#act('void', attemptId, options);
  }

  async refund(attemptId: string, options: CallOptions = {}): Promise<ProviderPayment> {
    return this.#act('refund', attemptId, options);
  }

  async lookUp(attemptId: string, options: CallOptions = {}): Promise<ProviderPayment | null> {
    const reply = await this.#call({ attemptId, method: 'GET', options });
    if (reply.kind === 'refused' && reply.refusal.code === 'not_found') return null;
    return paymentOf(reply);
  }

  /** Waits for the calls that are under way. */
  async close(): Promise<void> {
    if (!this.#pool.closed) await this.#pool.close();
  }

  async #act(action: PaymentAction, attemptId: string, options: CallOptions): Promise<ProviderPayment> {
    return this.#pay({ attemptId, method: 'POST', action, body: { action, attempt_id: attemptId }, options });
  }

  async #pay(call: Call): Promise<ProviderPayment> {
    return paymentOf(await this.#call(call));
  }

  /** A refusal passes the breaker as a value, and so counts as the success that it is: the provider works. */
  async #call(call: Call): Promise<Reply> {
    const send = kept((signal: AbortSignal) =>
      traced(`payment service ${call.action ?? (call.method === 'PUT' ? 'authorise' : 'look up')}`, PROVIDER, () =>
        this.#send(call, signal),
      ),
    );
    return this.#guard.run(send, call.options.attempts);
  }

  async #send(call: Call, signal: AbortSignal): Promise<Reply> {
    const messageId = newMessageId();
    const { status, headers, text } = await this.#exchange(call, messageId, signal);
    if (status >= 500) throw new PaymentProviderUnavailable(`the payment service answered ${status}`);
    const verdict = verifySignature(this.#secret, headers, text, this.#now());
    if (verdict !== 'valid') {
      throw new PaymentProviderUnavailable(`the payment service answered ${status}, its signature is ${verdict}`);
    }
    if (headers['webhook-id'] !== messageId) {
      throw new PaymentProviderUnavailable('the payment service answered another message');
    }
    return replyOf(call.attemptId, status, parse(text));
  }

  async #exchange(call: Call, messageId: string, signal: AbortSignal) {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const traceparent = currentTraceparent();
    try {
      const response = await this.#pool.request({
        method: call.method,
        path: this.#pathOf(call),
        headers: {
          ...sign(this.#secret, messageId, body ?? call.attemptId, this.#now()),
          ...(body !== null && { 'content-type': 'application/json' }),
          ...(call.options.correlationId !== undefined && { 'x-correlation-id': call.options.correlationId }),
          ...(traceparent !== null && { traceparent }),
        },
        body,
        signal,
      });
      return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
    } catch (error) {
      throw new PaymentProviderUnavailable('no answer from the payment service', { cause: error });
    }
  }

  #pathOf({ attemptId, action }: Call): string {
    const payment = `${this.#basePath}/payments/${encodeURIComponent(attemptId)}`;
    return action === undefined ? payment : `${payment}/${action}`;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PaymentProviderUnavailable('the answer of the payment service is not JSON', { cause: error });
  }
}

function replyOf(attemptId: string, status: number, body: unknown): Reply {
  if (status < 300 && isPaymentAnswer(body) && body.attempt_id === attemptId) {
    return { kind: 'payment', payment: toProviderPayment(body) };
  }
  if (REFUSAL_STATUSES.includes(status) && isRefusalAnswer(body)) return { kind: 'refused', refusal: body };
  throw new PaymentProviderUnavailable(`the payment service's answer, ${status}, is none of the protocol`);
}

function paymentOf(reply: Reply): ProviderPayment {
  if (reply.kind === 'payment') return reply.payment;
  throw new PaymentRequestRejected(reply.refusal.code, reply.refusal.detail);
}
