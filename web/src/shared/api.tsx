import { createContext, use } from 'react';
import { type Client, createClient } from '#sdk/client.ts';

/** Speaks to the server that the page came from, as nobody in particular. */
const anonymous: Client | null = typeof location === 'undefined' ? null : createClient({ baseUrl: location.origin });

/** Give another client to all that is below: `<ApiContext value={client}>`. */
export const ApiContext = createContext<Client | null>(anonymous);

/** The client of the API. Every call goes through it. */
export function useApi(): Client {
  const client = use(ApiContext);
  if (client === null) throw new TypeError('there is no API where pages are rendered ahead');
  return client;
}
