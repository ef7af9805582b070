import {
  type CallOptions,
  type ConsoleUse,
  type Fetch,
  type Fields,
  faultOf,
  prepareCall,
  readAnswer,
  send,
} from './call.ts';
import type { AnswerOf, Operation, RequestOf } from './contract/operation.ts';
import { clientOperations } from './contract/operations.ts';
import { followEvents } from './event-stream.ts';
import { withRetries } from './retry.ts';
import { TidegateProblem } from './tidegate-problem.ts';
import { TidegateUnreachable } from './tidegate-unreachable.ts';

export type { CallOptions, ConsoleUse };
export { TidegateProblem, TidegateUnreachable };

export interface ClientOptions {
  /** Where the server is, without a trailing path of the API: `https://sales.example.com`. */
  readonly baseUrl: string;
  /** Bearer token of every call that is not given its own. */
  readonly token?: string | undefined;
  /** On pages of the console: calls come with the session of the browser, and say how they come to be. */
  readonly console?: (() => ConsoleUse) | undefined;
  /** On pages of the storefront: calls that are given no token come with the session of a buyer whom the shop has signed in. */
  readonly storefront?: boolean | undefined;
  /** In place of the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Tries after the first (3), of calls that are safe to repeat. 0 turns retries off. */
  readonly retries?: number | undefined;
  /** Upper bound of the first wait between tries (200); doubles with every failure, up to 10 s. */
  readonly backoffMs?: number | undefined;
  /** Time for one try (10 s). */
  readonly timeoutMs?: number | undefined;
  /** Time for a call with all its retries and waits (30 s). */
  readonly totalTimeoutMs?: number | undefined;
  /** Failures in a row after which a stream gives up (10). */
  readonly streamRetries?: number | undefined;
  /** A stream on which nothing comes for so long (60 s), not even a heartbeat, is opened anew. */
  readonly streamIdleTimeoutMs?: number | undefined;
  /** Correlation id of every call that is not given its own. */
  readonly correlationId?: string | undefined;
}

type Simplify<T> = T extends unknown ? { [Key in keyof T]: T[Key] } : never;

type Arguments<Request> =
  Record<never, never> extends Request
    ? [request?: Simplify<Request>, options?: CallOptions]
    : [request: Simplify<Request>, options?: CallOptions];

type Method<Op extends Operation> = (
  ...args: Arguments<RequestOf<Op>>
) => Op extends { stream: true } ? AsyncGenerator<AnswerOf<Op>, never, void> : Promise<AnswerOf<Op>>;

type ClientOperations = typeof clientOperations;

/**
 * One method for each operation. Its first argument holds path parameters, query and body together, under the names of
 * the wire; its second says how the call is made. It resolves to the answer's body (null if that is empty); a method
 * for a stream returns an async generator of the data of each event.
 *
 * Throws `TidegateProblem` when the server refuses or fails, and `TidegateUnreachable` when no answer came.
 */
export type Client = { readonly [Name in keyof ClientOperations]: Method<ClientOperations[Name]> };

export function createClient(options: ClientOptions): Client {
  const settings = settingsOf(options);
  const methods = Object.values(clientOperations).map((operation: Operation) => {
    const method = operation.stream ? streamMethod : callMethod;
    return [operation.id, (fields: Fields = {}, call: CallOptions = {}) => method(settings, operation, fields, call)];
  });
  return Object.fromEntries(methods);
}

type Settings = ReturnType<typeof settingsOf>;

function settingsOf(options: ClientOptions) {
  return {
    baseUrl: options.baseUrl,
    token: options.token,
    console: options.console,
    storefront: options.storefront,
    correlationId: options.correlationId,
    // Called as a function of the global object: browsers refuse it as a method of anything else.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    retries: options.retries ?? 3,
    backoffMs: options.backoffMs ?? 200,
    timeoutMs: options.timeoutMs ?? 10_000,
    totalTimeoutMs: options.totalTimeoutMs ?? 30_000,
    streamRetries: options.streamRetries ?? 10,
    streamIdleTimeoutMs: options.streamIdleTimeoutMs ?? 60_000,
  } satisfies Required<ClientOptions>;
}

async function callMethod(
  settings: Settings,
  operation: Operation,
  fields: Fields,
  options: CallOptions,
): Promise<unknown> {
  const call = prepareCall(settings.baseUrl, operation, fields, withDefaults(settings, options));
  const retries = isSafeToRepeat(operation) ? settings.retries : 0;
  const deadlineMs = performance.now() + settings.totalTimeoutMs;
  const { fetch, timeoutMs, backoffMs } = settings;

  const attempt = async () => {
    const signal = attemptSignal(Math.min(timeoutMs, deadlineMs - performance.now()), options.signal);
    try {
      return await readAnswer(await send(fetch, call, signal));
    } catch (error) {
      throw faultOf(error, options.signal);
    }
  };
  return withRetries(attempt, { retries, backoffMs }, deadlineMs, options.signal);
}

function streamMethod(settings: Settings, operation: Operation, fields: Fields, options: CallOptions) {
  const call = prepareCall(settings.baseUrl, operation, fields, withDefaults(settings, options));
  const { fetch, backoffMs, streamRetries: retries, streamIdleTimeoutMs: idleTimeoutMs } = settings;
  return followEvents(fetch, call, { retries, backoffMs, idleTimeoutMs }, options.signal);
}

function withDefaults({ token, console, storefront, correlationId }: Settings, options: CallOptions): CallOptions {
  return {
    ...options,
    token: options.token ?? token,
    console: options.console ?? console?.(),
    storefront: options.storefront ?? storefront,
    correlationId: options.correlationId ?? correlationId,
  };
}

function isSafeToRepeat({ method, idempotencyKey, repeatable }: Operation): boolean {
  return method === 'GET' || method === 'DELETE' || idempotencyKey !== undefined || repeatable === true;
}

function attemptSignal(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(Math.max(0, Math.ceil(timeoutMs)));
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
}
