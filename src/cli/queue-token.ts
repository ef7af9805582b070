import { UsageError } from './failure.ts';

/** What a queue token tells its holder about their entry in a draw. */
export interface OwnTicket {
  readonly saleId: string;
  readonly userId: string;
  readonly ticket: number;
  /** Base64url. */
  readonly nonce: string;
}

/** Reads the token without verifying it: it is the holder's own. Throws `UsageError` when it is no ticket of this draw. */
export function readQueueToken(token: string, saleId: string): OwnTicket {
  const { sub, sale_id, ticket, entry_nonce } = claimsOf(token);
  if (typeof sub !== 'string' || !Number.isSafeInteger(ticket) || typeof sale_id !== 'string') {
    throw new UsageError('The queue token names no ticket.');
  }
  if (sale_id !== saleId) throw new UsageError(`The queue token is for another sale, ${sale_id}.`);
  if (typeof entry_nonce !== 'string' || !/^[\w-]+$/.test(entry_nonce)) {
    throw new UsageError('The queue token is for a sale without a draw.');
  }
  return { saleId, userId: sub, ticket: Number(ticket), nonce: entry_nonce };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  } catch (cause) {
    throw new UsageError('The queue token is none: it should be as enter-queue gave it.', { cause });
  }
}
