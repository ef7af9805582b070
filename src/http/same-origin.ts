import type { FastifyRequest } from 'fastify';

/**
 * Does a request come from our own pages? Browsers say so in `Sec-Fetch-Site`, and where the connection is not trustworthy
 * in `Origin` alone. A client that sends neither is no browser that anybody could misuse: cookies with `SameSite` keep
 * the few old ones out that are (the rule of Go's `http.CrossOriginProtection`).
 */
export function isSameOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
