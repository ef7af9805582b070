import type { BaseOptions } from '@platformatic/kafka';

/** What every client of the brokers has in common. Longer outages are for whoever uses the client to wait out. */
export function clientOptions(brokers: readonly string[]) {
  return {
    clientId: 'tidegate',
    bootstrapBrokers: [...brokers],
    connectTimeout: 3_000,
    requestTimeout: 30_000,
    retries: 3,
    retryDelay: 200,
  } satisfies BaseOptions;
}
