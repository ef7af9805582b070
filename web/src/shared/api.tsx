import { createContext, use } from 'react';
import { type Client, createClient } from '#sdk/client.ts';

/** Speaks to the server that the page came from, as nobody in particular. Where pages are rendered ahead nothing calls it. */
const anonymous = createClient({ baseUrl: globalThis.location?.origin ?? '' });

/** Give another client to all that is below: `<ApiContext value={client}>`. */
export const ApiContext = createContext<Client>(anonymous);

/** The client of the API. Every call goes through it. */
export function useApi(): Client {
  return use(ApiContext);
}
