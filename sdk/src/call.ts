import type { Operation } from './contract/operation.ts';
import { CONSOLE_HEADER, STOREFRONT_HEADER } from './contract/session-headers.ts';
import { problemOf, TidegateProblem } from './tidegate-problem.ts';
import { TidegateUnreachable } from './tidegate-unreachable.ts';

export type Fetch = typeof globalThis.fetch;

/** `active`: because a person is at the page, and their session is prolonged; `idle`: by itself, and it is not. */
export type ConsoleUse = 'active' | 'idle';

/** How one call is made. */
export interface CallOptions {
  /** Bearer token, in place of the client's. */
  readonly token?: string | undefined;
  /** 1–200 printable characters. Made anew for each call if not given, and kept over its retries. */
  readonly idempotencyKey?: string | undefined;
  /** Names the request in every answer, log line and event. Made anew for each call if not given. */
  readonly correlationId?: string | undefined;
  /** How a page of the console asks, in place of the client's `console`. */
  readonly console?: ConsoleUse | undefined;
  /** A call without a token comes with the session of the browser, in place of the client's `storefront`. */
  readonly storefront?: boolean | undefined;
  /** Ends the call and its retries; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Path parameters, query and body in one object, under the names of the wire. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request ready to be sent as often as needed: every repeat is the same request, with the same keys. */
export interface Call {
  readonly operation: Operation;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export function prepareCall(baseUrl: string, operation: Operation, fields: Fields, options: CallOptions): Call {
  const pathNames = Object.keys(operation.params?.properties ?? {});
  const rest = Object.entries(fields).filter(([name]) => !pathNames.includes(name));
  const path = operation.path.replace(/:(\w+)/g, (_, name: string) => pathSegment(operation, fields[name], name));
  return {
    operation,
    url: baseUrl.replace(/\/+$/, '') + path + (operation.body ? '' : queryString(rest)),
    headers: headersOf(operation, options),
    body: operation.body ? JSON.stringify(Object.fromEntries(rest)) : null,
  };
}

/**
 * Sends the call once. Throws `TidegateProblem` for an answer that the operation does not declare,
 * and whatever `fetch` throws.
 */
export async function send(fetch: Fetch, call: Call, signal: AbortSignal): Promise<Response> {
  const { method, responses } = call.operation;
  const response = await fetch(call.url, { method, headers: call.headers, body: call.body, signal });
  if (response.status in responses) return response;
  throw await problemOf(response);
}

/** The body of a declared answer; null where it is empty. */
export async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text();
  return text === '' ? null : JSON.parse(text);
}

/** The error that a failed call throws. The caller's own abort keeps its reason. */
export function faultOf(error: unknown, callerSignal: AbortSignal | undefined): unknown {
  if (callerSignal?.aborted) return callerSignal.reason;
  if (error instanceof TidegateProblem) return error;
  return new TidegateUnreachable('no complete answer', { cause: error });
}

function pathSegment(operation: Operation, value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${operation.id} needs ${name}`);
  return encodeURIComponent(value);
}

function queryString(entries: readonly [string, unknown][]): string {
  const query = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) query.append(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}

function headersOf(operation: Operation, options: CallOptions): Record<string, string> {
  return {
    accept: operation.stream ? 'text/event-stream' : 'application/json',
    'x-correlation-id': options.correlationId ?? randomId(),
    ...(operation.body && { 'content-type': 'application/json' }),
    ...(operation.idempotencyKey && { 'idempotency-key': options.idempotencyKey ?? randomId() }),
    ...(options.console && { [CONSOLE_HEADER]: options.console }),
    ...(options.token && { authorization: `Bearer ${options.token}` }),
    ...(comesWithSession(operation, options) && { [STOREFRONT_HEADER]: '1' }),
  };
}

function comesWithSession({ auth }: Operation, { storefront, token }: CallOptions): boolean {
  return storefront === true && !token && auth !== 'none';
}

/** 128 random bits. Not `randomUUID`, which browsers have only on secure pages. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
