import { setTimeout as sleep } from 'node:timers/promises';
import { type BulkheadPolicy, bulkhead } from 'cockatiel';
import { type Dispatcher, Pool } from 'undici';
import { type CallOptions, type Fields, prepareCall } from '#sdk/call.ts';
import type { AnswerOf, Operation, RequestOf } from '#sdk/contract/operation.ts';
import { isProblemCode, PROBLEM_CODES } from '#sdk/contract/problem.ts';
import type { Sender, Tally } from './tally.ts';

export type Answer<Op extends Operation> =
  | { readonly kind: 'given'; readonly body: AnswerOf<Op> }
  | { readonly kind: 'refused'; readonly code: string; readonly retryAfterMs: number | null }
  | { readonly kind: 'lost' };

/** How one buyer asks. */
export type Ask = <Op extends Operation>(
  operation: Op,
  request: RequestOf<Op>,
  options?: CallOptions,
) => Promise<Answer<Op>>;

const REQUEST_TIMEOUT_MS = 30_000;
/** Payments wait for the provider, and must not keep others waiting behind them. */
const MAX_PAYMENTS = 1_000;
const TRIES = 5;
const FIRST_WAIT_MS = 100;
/** Whoever is told to wait for longer leaves. */
const MAX_WAIT_MS = 5_000;

/**
 * What buyers ask over HTTP. Every answer is counted and timed as it came, unlike the SDK's client, which hides what
 * it repeats. At most `concurrency` requests are under way at a time, payments not counted.
 */
export class BuyerApi {
  readonly #servers: readonly { readonly pool: Pool; readonly basePath: string }[];
  readonly #tally: Tally;
  readonly #requests: BulkheadPolicy;
  readonly #payments: BulkheadPolicy;
  #sent = 0;

  /** @param urls of one server, or of several that share the requests */
  constructor(urls: readonly string[], tally: Tally, concurrency: number) {
    const timeouts = { headersTimeout: REQUEST_TIMEOUT_MS, bodyTimeout: REQUEST_TIMEOUT_MS };
    this.#tally = tally;
    this.#servers = urls.map((url) => {
      const { origin, pathname } = new URL(url);
      return { pool: new Pool(origin, timeouts), basePath: pathname };
    });
    this.#requests = bulkhead(concurrency, Number.POSITIVE_INFINITY);
    this.#payments = bulkhead(MAX_PAYMENTS, Number.POSITIVE_INFINITY);
  }

  /**
   * Asks again, under the same key, while the server has no time or no answer comes: as a shop's page does.
   *
   * @param sender null: in preparation of the crowd, and not part of its traffic
   */
  async ask<Op extends Operation>(
    operation: Op,
    request: RequestOf<Op>,
    options: CallOptions,
    sender: Sender | null = null,
  ): Promise<Answer<Op>> {
    for (let tries = 1; ; tries++) {
      const answer = await this.#askOnce(operation, request, options, sender);
      const waitMs = waitBeforeRetryMs(answer, tries);
      if (waitMs === null) return answer;
      await sleep(waitMs);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map(({ pool }) => pool.close()));
  }

  #askOnce<Op extends Operation>(
    operation: Op,
    request: RequestOf<Op>,
    options: CallOptions,
    sender: Sender | null,
  ): Promise<Answer<Op>> {
    const lane = operation.id === 'pay' ? this.#payments : this.#requests;
    return lane.execute(() => {
      if (sender) this.#tally.sent(operation.id, sender, performance.now());
      return this.#send(operation, request as Fields, options);
    });
  }

  async #send<Op extends Operation>(operation: Op, fields: Fields, options: CallOptions): Promise<Answer<Op>> {
    const { pool, basePath } = this.#nextServer();
    const { url: path, headers, body } = prepareCall(basePath, operation, fields, options);
    const startedAt = performance.now();
    try {
      const response = await pool.request({ method: operation.method, path, headers, body });
      const text = await response.body.text();
      this.#tally.took(operation.id, performance.now() - startedAt);
      return this.#read(operation, response, text === '' ? null : JSON.parse(text));
    } catch (error) {
      this.#tally.answered(operation.id, 0, (error as { code?: string }).code ?? 'no_answer');
      return { kind: 'lost' };
    }
  }

  #nextServer() {
    const server = this.#servers[this.#sent++ % this.#servers.length];
    if (!server) throw new RangeError('buyers need at least one server');
    return server;
  }

  #read<Op extends Operation>(
    operation: Op,
    { statusCode, headers }: Dispatcher.ResponseData,
    body: { readonly code?: string; readonly status?: string } | null,
  ): Answer<Op> {
    if (statusCode in operation.responses) {
      this.#tally.answered(operation.id, statusCode, body?.status ?? 'ok');
      return { kind: 'given', body: body as AnswerOf<Op> };
    }
    const code = body?.code ?? 'no_code';
    this.#tally.answered(operation.id, statusCode, code);
    if (!isDeclared(operation, statusCode, code))
      this.#tally.fault(`${operation.id} answered ${statusCode} ${code}, which is not documented`);
    if (code === 'internal') this.#tally.fault(`${operation.id} failed inside the server`);
    const seconds = headers['retry-after'];
    return { kind: 'refused', code, retryAfterMs: seconds === undefined ? null : Number(seconds) * 1_000 };
  }
}

function isDeclared({ problems }: Operation, status: number, code: string): boolean {
  return isProblemCode(code) && problems.includes(code) && PROBLEM_CODES[code] === status;
}

/** Null: the answer stands. */
function waitBeforeRetryMs(answer: Answer<Operation>, tries: number): number | null {
  if (answer.kind === 'given' || tries === TRIES) return null;
  const backoffMs = FIRST_WAIT_MS * 2 ** (tries - 1);
  if (answer.kind === 'lost') return backoffMs;
  const mayPass = answer.code === 'rate_limited' || answer.code === 'overloaded' || answer.code === 'store_unavailable';
  if (!mayPass || (answer.retryAfterMs ?? 0) > MAX_WAIT_MS) return null;
  return answer.retryAfterMs ?? backoffMs;
}
