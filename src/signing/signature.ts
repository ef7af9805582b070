import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * The Standard Webhooks scheme (https://www.standardwebhooks.com): HMAC-SHA256 over `id.timestamp.payload`.
 * Own code rather than the `standardwebhooks` package, which hashes in plain JavaScript, reads the system clock
 * itself, and tells its failures apart by message text alone.
 */
export type SignatureHeaders = {
  readonly 'webhook-id': string;
  /** Seconds since the epoch. */
  readonly 'webhook-timestamp': string;
  /** One or more of `v1,<base64>`, separated by spaces: more than one while a secret is being changed. */
  readonly 'webhook-signature': string;
};

export type SignatureVerdict = 'valid' | 'missing' | 'stale' | 'forged';

/** Header values as Node and undici give them, among any others. */
export type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** How far the clocks of sender and receiver may differ, in either direction. */
const SIGNATURE_TOLERANCE_MS = 5 * 60 * 1000;

export function newMessageId(): string {
  return `msg_${randomUUID()}`;
}

/**
 * @param secret `whsec_` and base64, or any other text, which is taken as it is
 * @param messageId the same for every delivery of one message; contains no full stop
 * @param payload the exact text that is sent
 */
export function sign(secret: string, messageId: string, payload: string, nowMs: number): SignatureHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${digest(secret, messageId, timestamp, payload).toString('base64')}`,
  };
}

/** @param payload the exact text that was received, before any parsing */
export function verifySignature(
  secret: string,
  headers: ReceivedHeaders,
  payload: string,
  nowMs: number,
): SignatureVerdict {
  const messageId = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof messageId !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
    return 'missing';
  }
  const expected = digest(secret, messageId, timestamp, payload);
  if (!signatures.split(' ').some((signature) => isSignature(signature, expected))) return 'forged';
  // A timestamp that is no number differs by NaN, which is within no tolerance.
  return Math.abs(nowMs - Number(timestamp) * 1000) <= SIGNATURE_TOLERANCE_MS ? 'valid' : 'stale';
}

function isSignature(candidate: string, expected: Buffer): boolean {
  if (!candidate.startsWith('v1,')) return false;
  const bytes = Buffer.from(candidate.slice('v1,'.length), 'base64');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function digest(secret: string, messageId: string, timestamp: string, payload: string): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${messageId}.${timestamp}.${payload}`).digest();
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}
