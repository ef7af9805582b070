import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  /** Null when the server closed the connection without a word. */
  readonly status: number | null;
  readonly text: string;
}

const PATIENCE_MS = 3_000;

/** Sends bytes as they are and returns what came back until the server closed the connection, or stayed quiet. */
export async function rawRequest(url: string, bytes: Uint8Array): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  socket.on('error', () => socket.destroy());
  socket.write(bytes);
  await once(socket, 'close');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  return { status: status === undefined ? null : Number(status), text };
}

/** A request with headers that are right and a body that is not looked at. It closes its connection. */
export function requestBytes(
  method: string,
  path: string,
  { headers = {}, body = new Uint8Array() }: { headers?: Readonly<Record<string, string>>; body?: Uint8Array } = {},
): Uint8Array {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: localhost',
    'connection: close',
    `content-length: ${body.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
