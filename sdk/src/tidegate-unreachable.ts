/**
 * No answer, or only a part of one: the network failed or time ran out. Whether the request took effect is unknown;
 * with the same idempotency key it is safe to ask again. `cause` is what the network said.
 */
export class TidegateUnreachable extends Error {
  override readonly name = 'TidegateUnreachable';
  readonly code = 'unreachable';
  readonly retryable = true;
}
