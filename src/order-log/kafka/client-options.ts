import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';
import type { KafkaCluster } from '../../config/kafka-cluster.ts';

/** What every client of the brokers has in common. Longer outages are for whoever uses the client to wait out. */
export function clientOptions(cluster: KafkaCluster) {
  return {
    clientId: 'tidegate',
    bootstrapBrokers: [...cluster.brokers],
    connectTimeout: 3_000,
    requestTimeout: 30_000,
    retries: 3,
    retryDelay: 200,
    ...(cluster.tls && { tls: {}, tlsServerName: haveNames(cluster.brokers) }),
    ...(cluster.signIn && { sasl: cluster.signIn }),
  } satisfies BaseOptions;
}

/** TLS asks for servers by their names, and never by addresses. */
function haveNames(brokers: readonly string[]): boolean {
  return brokers.every((broker) => !broker.startsWith('[') && isIP(broker.replace(/:\d+$/, '')) === 0);
}
