import { hash } from 'node:crypto';

/** 128 bits, in base64url. */
const LENGTH = 22;

/** What a device is known by: a digest. The fingerprint itself is never kept or logged. */
export function deviceIdOf(fingerprint: string): string {
  return hash('sha256', fingerprint, 'base64url').slice(0, LENGTH);
}
