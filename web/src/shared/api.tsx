import { createContext, use } from 'react';
import { type Client, createClient } from '#sdk/client.ts';

/** Speaks to the server that the page came from, as whoever is signed in on the storefront. Where pages are rendered ahead nothing calls it. */
const ofStorefront = createClient({ baseUrl: globalThis.location?.origin ?? '', storefront: true });

/** Give another client to all that is below: `<ApiContext value={client}>`. */
export const ApiContext = createContext<Client>(ofStorefront);

/** The client of the API. Every call goes through it. */
export function useApi(): Client {
  return use(ApiContext);
}
