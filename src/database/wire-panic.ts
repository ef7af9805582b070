const ERROR_RESPONSE = 'E'.charCodeAt(0);
const HEADER_BYTES = 5;
/** The server ends itself after either. */
const LAST_WORDS = ['VPANIC', 'VFATAL'];

/** The message of the error with which the server ended itself, if it is among the wire protocol's messages in `reply`. */
export function findPanic(reply: Uint8Array): string | null {
  const bytes = Buffer.from(reply.buffer, reply.byteOffset, reply.byteLength);
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    // The length counts itself and not the type before it.
    const next = at + 1 + bytes.readInt32BE(at + 1);
    if (bytes[at] === ERROR_RESPONSE) {
      const fields = bytes.toString('utf8', at + HEADER_BYTES, next).split('\0');
      if (fields.some((field) => LAST_WORDS.includes(field))) return messageOf(fields);
    }
    at = next;
  }
  return null;
}

function messageOf(fields: readonly string[]): string {
  return fields.find((field) => field.startsWith('M'))?.slice(1) ?? 'no message';
}
