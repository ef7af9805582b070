import type { FieldProblem, Problem, ProblemCode } from './contract/problem.ts';

const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The answer was a refusal or a failure, and the server said which. */
export class TidegateProblem extends Error {
  override readonly name = 'TidegateProblem';
  /** HTTP status. */
  readonly status: number;
  /** `unexpected_answer`: no problem document came with the status; something before the server answered. */
  readonly code: ProblemCode | 'unexpected_answer';
  /** This occurrence, for people. */
  readonly detail: string;
  /** With `validation_failed`: each field that is wrong. */
  readonly errors: readonly FieldProblem[];
  /** Names the request in the server's log; null if the server gave no name. */
  readonly correlationId: string | null;
  /** How long the server asks to wait before the next try; null if it does not say. */
  readonly retryAfterSeconds: number | null;
  /** The whole document, with what some codes add to it (`remaining_stock`, `limit`, …); null if there was none. */
  readonly document: Problem | null;

  constructor(response: Response, document: Problem | null) {
    const detail = document?.detail ?? `HTTP ${response.status} without a problem document`;
    super(detail);
    this.status = response.status;
    this.code = document?.code ?? 'unexpected_answer';
    this.detail = detail;
    this.errors = document?.errors ?? [];
    this.correlationId = document?.correlation_id ?? response.headers.get('x-correlation-id');
    this.retryAfterSeconds = retryAfterSeconds(response.headers.get('retry-after'));
    this.document = document;
  }

  /** May the same request succeed later? */
  get retryable(): boolean {
    return RETRYABLE_STATUSES.has(this.status);
  }
}

/** Reads the error out of an answer that is not the one asked for. */
export async function problemOf(response: Response): Promise<TidegateProblem> {
  return new TidegateProblem(response, parseProblem(await response.text()));
}

function parseProblem(text: string): Problem | null {
  try {
    const document: unknown = JSON.parse(text);
    return isProblem(document) ? document : null;
  } catch {
    // Not JSON, so not from the server: a proxy's page, for example.
    return null;
  }
}

function isProblem(document: unknown): document is Problem {
  return typeof document === 'object' && document !== null && 'code' in document && 'detail' in document;
}

/** The header is a number of seconds or a date. */
function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}
