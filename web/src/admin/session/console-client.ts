import { type Client, createClient } from '#sdk/client.ts';
import { watchPresence } from './presence.ts';

/** The client of a signed-in page. `onSignedOut`: the server does not know the session any longer. */
export function createConsoleClient(onSignedOut: () => void): Client {
  return createClient({
    baseUrl: location.origin,
    // What is watched says something every second, for as long as it is watched.
    streamIdleTimeoutMs: 8_000,
    streamRetries: Number.POSITIVE_INFINITY,
    console: watchPresence(),
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401 && !isAboutSession(input)) onSignedOut();
      return response;
    },
  });
}

/** Its own answer says so already. */
function isAboutSession(input: RequestInfo | URL): boolean {
  return String(input).endsWith('/admin/session');
}
