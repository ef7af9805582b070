import { createParser } from 'eventsource-parser';
import { type Call, type Fetch, faultOf, send } from './call.ts';
import { type RetryPolicy, sleep, waitBeforeRetryMs } from './retry.ts';

export interface StreamPolicy extends RetryPolicy {
  /** A connection on which nothing arrives for so long, not even a heartbeat, counts as cut. */
  readonly idleTimeoutMs: number;
}

/**
 * The data of each server-sent event, over as many connections as it takes. `policy.retries` counts the failures in a
 * row, without an event between them. Throws as a call does, once those are used up or the answer is a refusal.
 */
export async function* followEvents(
  fetch: Fetch,
  call: Call,
  policy: StreamPolicy,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, never, void> {
  let failures = 0;
  for (;;) {
    try {
      for await (const data of readConnection(fetch, call, policy.idleTimeoutMs, signal)) {
        failures = 0;
        yield data;
      }
    } catch (error) {
      failures += 1;
      const waitMs = waitBeforeRetryMs(error, failures, policy);
      if (waitMs === null) throw error;
      await sleep(waitMs, signal);
    }
  }
}

/** One connection, to its end, which is always an error: a stream has none of its own. */
async function* readConnection(
  fetch: Fetch,
  call: Call,
  idleTimeoutMs: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown, void, void> {
  const connection = new AbortController();
  const watch = <Result>(work: Promise<Result>) => abortIfIdle(work, connection, idleTimeoutMs);
  try {
    const ended = signal ? AbortSignal.any([signal, connection.signal]) : connection.signal;
    const response = await watch(send(fetch, call, ended));
    for await (const data of parseEvents(response, watch)) yield data;
    throw new Error('the server closed the stream');
  } catch (error) {
    throw faultOf(error, signal);
  } finally {
    connection.abort();
  }
}

type Watch = <Result>(work: Promise<Result>) => Promise<Result>;

async function* parseEvents({ body }: Response, watch: Watch): AsyncGenerator<unknown, void, void> {
  if (body === null) return;
  const events: unknown[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data)) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await watch(reader.read());
    if (done) return;
    parser.feed(decoder.decode(value, { stream: true }));
    yield* events.splice(0);
  }
}

async function abortIfIdle<Result>(work: Promise<Result>, connection: AbortController, idleTimeoutMs: number) {
  const timer = setTimeout(() => connection.abort(new Error(`nothing came for ${idleTimeoutMs} ms`)), idleTimeoutMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
