import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface HttpListener {
  readonly url: string;
  /** Everything received, in order. */
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** A server on the loopback that keeps what it receives and answers as it is told; by default, nothing ever. */
export async function startHttpListener(
  answer: (request: ReceivedRequest, response: ServerResponse) => void = () => {},
): Promise<HttpListener> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    requests.push(received);
    answer(received, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => closeServer(server),
  };
}

async function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((closed, failed) => server.close((error) => (error ? failed(error) : closed())));
}
