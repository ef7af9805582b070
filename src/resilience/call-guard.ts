import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  noJitterGenerator,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { BreakerState } from '../telemetry/events.ts';

export interface BreakerOptions {
  /** Consecutive failures that open the breaker. */
  readonly failureThreshold: number;
  /** Trial calls that must all succeed, once half open, to close it. */
  readonly successThreshold: number;
  /** How long it stays open the first time; doubles each time that a trial fails. */
  readonly baseOpenMs: number;
  readonly maxOpenMs: number;
}

export interface RetryOptions {
  /** Calls in all, the first included. */
  readonly attempts: number;
  /** The scale of the pause before the second call; doubles, with jitter. */
  readonly baseMs: number;
}

export interface CallGuardOptions {
  /** What a call throws that its dependency failed, and what is thrown in place of a call that was not let through. */
  readonly fault: new (
    message: string,
    options?: ErrorOptions,
  ) => Error;
  /** How long one call may take. */
  readonly timeoutMs: number;
  readonly maxConcurrent: number;
  /** Calls that may wait for a free place; beyond them a call fails at once. */
  readonly maxQueued: number;
  readonly retry: RetryOptions;
  readonly breaker: BreakerOptions;
  readonly onBreakerChange: (state: BreakerState) => void;
  readonly onRetry: () => void;
}

/** The library's states are numbers. It is never isolated by hand here; that would refuse calls like an open one. */
const BREAKER_STATES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Stands around every call to a dependency: retry ( bulkhead ( breaker ( time-out ( call )))). A pause between two
 * tries occupies no place in the bulkhead, and a call that the breaker or the bulkhead refuses is not retried.
 */
export class CallGuard {
  readonly #options: CallGuardOptions;
  readonly #breaker;
  readonly #oneCall;

  constructor(options: CallGuardOptions) {
    const { fault, breaker, timeoutMs, maxConcurrent, maxQueued, onBreakerChange } = options;
    this.#options = options;
    this.#breaker = circuitBreaker(handleType(fault).orType(TaskCancelledError), {
      breaker: new ConsecutiveBreaker(breaker.failureThreshold),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: breaker.baseOpenMs,
        maxDelay: breaker.maxOpenMs,
        generator: noJitterGenerator,
      }),
      halfOpenSampling: { calls: breaker.successThreshold, threshold: 0 },
    });
    this.#breaker.onStateChange((state) => onBreakerChange(BREAKER_STATES[state]));
    this.#oneCall = wrap(
      bulkhead(maxConcurrent, maxQueued),
      this.#breaker,
      timeout(timeoutMs, TimeoutStrategy.Aggressive),
    );
  }

  /** Turns from `open` to `half_open` with the first call after the open time, not by itself. */
  get breakerState(): BreakerState {
    return BREAKER_STATES[this.#breaker.state];
  }

  /**
   * @param attempts calls in all, the first included; the configured number if absent
   * @throws the configured fault when the last call failed, timed out or was not let through
   */
  async run<T>(call: (signal: AbortSignal) => Promise<T>, attempts = this.#options.retry.attempts): Promise<T> {
    try {
      return await this.#retrying(attempts).execute(() => this.#oneCall.execute(({ signal }) => call(signal)));
    } catch (error) {
      throw isRefusedByGuard(error) ? new this.#options.fault(error.message, { cause: error }) : error;
    }
  }

  #retrying(attempts: number) {
    const policy = retry(handleType(this.#options.fault).orType(TaskCancelledError), {
      maxAttempts: attempts - 1,
      backoff: new ExponentialBackoff({ initialDelay: this.#options.retry.baseMs }),
    });
    policy.onRetry(() => this.#options.onRetry());
    return policy;
  }
}

function isRefusedByGuard(error: unknown): error is Error {
  return (
    error instanceof TaskCancelledError || error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError
  );
}
