import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What is to be true instead, by the path: a body in, a body out. */
export interface Lies {
  readonly ask?: (path: string, body: string) => string;
  readonly answer?: (path: string, body: string) => string;
}

export interface LyingProxy {
  readonly url: string;
  close(): Promise<void>;
}

const NOT_OURS = /^(host|connection|content-length|transfer-encoding|keep-alive)$/;

/** Stands before a real server, and changes what is asked or answered; everything else passes as it is. */
export async function startLyingProxy(target: string, lies: Lies): Promise<LyingProxy> {
  const server = createServer((request, response) => {
    pass(target, lies, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function pass(target: string, { ask, answer }: Lies, request: IncomingMessage, response: ServerResponse) {
  const path = request.url ?? '';
  const body = await text(request);
  const headers = Object.entries(request.headers).filter(([name]) => !NOT_OURS.test(name)) as [string, string][];
  const answered = await fetch(target + path, {
    method: request.method ?? 'GET',
    headers,
    ...(body !== '' && { body: ask?.(path, body) ?? body }),
  });
  const content = await answered.text();
  const retryAfter = answered.headers.get('retry-after');
  response.writeHead(answered.status, {
    'content-type': answered.headers.get('content-type') ?? 'text/plain',
    ...(retryAfter && { 'retry-after': retryAfter }),
  });
  response.end(answer?.(path, content) ?? content);
}
