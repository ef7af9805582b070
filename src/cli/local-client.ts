import type { FastifyInstance } from 'fastify';
import { type Client, createClient } from '#sdk/client.ts';
import type { App } from '../app.ts';

/** An operator's client of the app in this process: the same routes and checks, without a network between. */
export function localClient(app: App): Client {
  return createClient({
    baseUrl: 'http://localhost',
    token: app.secrets.adminToken,
    fetch: injectingFetch(app.server),
  });
}

function injectingFetch(server: FastifyInstance): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const answer = await server.inject({
      method: request.method as 'GET' | 'POST' | 'PATCH' | 'DELETE',
      url: pathname + search,
      headers: Object.fromEntries(request.headers),
      payload: await request.text(),
      signal: request.signal,
    });
    const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const body = answer.statusCode === 204 ? null : new Uint8Array(answer.rawPayload);
    return new Response(body, { status: answer.statusCode, headers });
  };
}
