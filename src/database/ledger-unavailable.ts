/** The ledger could not answer: whether the statement took effect is unknown. Every operation here may be repeated. */
export class LedgerUnavailable extends Error {
  readonly code = 'ledger_unavailable';
  readonly retryable = true;
}
