/** The cursor is none of ours. */
export class InvalidCursor extends Error {
  readonly code = 'invalid_cursor';
  readonly retryable = false;
}

/** A place in a list: the sort key of its last row. Opaque to whoever hands it back. */
export function encodeCursor(major: string | number, minor: string): string {
  return Buffer.from(JSON.stringify([String(major), minor])).toString('base64url');
}

/** Throws `InvalidCursor`. */
export function decodeCursor(cursor: string): { readonly major: number; readonly minor: string } {
  const parts = parse(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(parts) || parts.length !== 2) throw new InvalidCursor(`not a cursor: ${cursor}`);
  const [major, minor] = [Number(parts[0]), parts[1]];
  if (!isMajor(major) || typeof minor !== 'string' || minor.includes('\0')) {
    throw new InvalidCursor(`not a cursor: ${cursor}`);
  }
  return { major, minor };
}

/** The last moment that JavaScript has a date for, which PostgreSQL has too. No counter gets that far. */
const MAX_MAJOR = 8.64e15;

function isMajor(major: number): boolean {
  return Number.isSafeInteger(major) && major >= 0 && major <= MAX_MAJOR;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new InvalidCursor('not a cursor', { cause });
  }
}
