import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ProblemCode } from '../../src/contract/problem.ts';

interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Step = (response: ServerResponse, request: ReceivedRequest) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** What came in, in order. */
  readonly requests: readonly ReceivedRequest[];
}

/** A real HTTP server on loopback that answers the nth request with the nth step, and further ones with the last. */
export async function startScriptedServer(...steps: readonly [Step, ...Step[]]): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await text(incoming) };
    requests.push(request);
    const step = steps[Math.min(requests.length, steps.length) - 1];
    step?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Step {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function problem(
  status: number,
  code: ProblemCode,
  headers: Record<string, string> = {},
  more: object = {},
): Step {
  const document = {
    type: `/problems/${code}`,
    title: code,
    status,
    code,
    detail: `it is ${code}`,
    correlation_id: 'c-1',
  };
  return json(status, { ...document, ...more }, { 'content-type': 'application/problem+json', ...headers });
}

/** Takes the request and cuts the connection without an answer. */
export const cut: Step = (response) => {
  response.destroy();
};

/** Takes the request and never answers. */
export const hang: Step = () => {};

/** Sends these documents as server-sent events and keeps the connection open. */
export function events(...documents: readonly object[]): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const document of documents) response.write(`data: ${JSON.stringify(document)}\n\n`);
  };
}

/** As `events`, and then cuts the connection. */
export function eventsThenCut(...documents: readonly object[]): Step {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join(''), () =>
      response.destroy(),
    );
  };
}
