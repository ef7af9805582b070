import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { certificateFault } from '../../resilience/error-tree.ts';
import { StoreUnavailable } from '../store.ts';

export type RedisClient = Redis | Cluster;

/** Longer than any script takes, and short enough for whoever waits for an answer. */
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_MAX_MS = 1_000;
/** A cluster that begins knows its own nodes after some seconds. */
const READY_TIMEOUT_MS = 10_000;

/**
 * Nothing queues for a server that is away: a command fails at once, and so does one whose connection is lost while it
 * is under way. Whether that one took effect is unknown.
 */
const OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  retryStrategy: reconnectInMs,
  // A primary that has become a replica: the connection leads to the wrong server.
  reconnectOnError: (error) => error.message.startsWith('READONLY '),
} satisfies RedisOptions;

/**
 * A client that is not connected yet, by `redis://`, `redis+sentinel://HOST:PORT,…/NAME` or `redis+cluster://HOST:PORT,…`;
 * with `rediss` for `redis`, over TLS. User and password may stand in front of the hosts.
 * @throws TypeError for any other URL
 */
export function createRedisClient(url: string): RedisClient {
  const { protocol } = new URL(firstHostOnly(url));
  switch (protocol) {
    case 'redis:':
    case 'rediss:':
      return new Redis(url, OPTIONS);
    case 'redis+sentinel:':
    case 'rediss+sentinel:':
      return sentinelClient(url);
    case 'redis+cluster:':
    case 'rediss+cluster:':
      return clusterClient(url);
    default:
      throw new TypeError(`${protocol} is no way to reach Redis`);
  }
}

/** Connects for the first time. Throws what stands in the way: a server that is away is not waited for. */
export async function connectRedis(client: RedisClient, url: string): Promise<void> {
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('Redis is not ready')), READY_TIMEOUT_MS);
  client.once('error', reject);
  try {
    await Promise.race([client.connect(), failed]);
  } catch (error) {
    throw refusal((await reasonOf(url)) ?? (error as Error));
  } finally {
    clearTimeout(timer);
    client.off('error', reject);
  }
}

/** Asks the first server that is named by itself: behind a sentinel, and in a cluster, ioredis says only that none answers. */
async function reasonOf(url: string): Promise<Error | null> {
  const { protocol, username, password } = new URL(firstHostOnly(url));
  const [first] = hostsOf(url, protocol.endsWith('sentinel:') ? 26_379 : 6_379);
  const probe = new Redis({
    ...OPTIONS,
    ...first,
    ...(!protocol.endsWith('sentinel:') && credentials(username, password)),
    ...(isEncrypted(url) && { tls: {} }),
    retryStrategy: () => null,
  });
  let reason: Error | null = null;
  probe.on('error', (error) => {
    reason ??= error;
  });
  try {
    await probe.connect();
    return null;
  } catch (closed) {
    return reason ?? (closed as Error);
  } finally {
    probe.disconnect();
  }
}

/** In a sentence, what an operator has to put right. The answer to a sign-in is kept out: it repeats the password. */
function refusal(reason: Error): Error {
  const untrusted = certificateFault(reason);
  if (untrusted) {
    const advice = 'NODE_EXTRA_CA_CERTS has to name a file with its authority';
    return new StoreUnavailable(`Redis' certificate is not trusted (${untrusted.message}): ${advice}`);
  }
  if (!/^(WRONGPASS|NOAUTH) /.test(reason.message)) return reason;
  return new StoreUnavailable(
    `Redis lets nobody in like this (${reason.message}): see the user and password of STORE_URL`,
  );
}

function sentinelClient(url: string): Redis {
  const { username, password, pathname } = new URL(firstHostOnly(url));
  return new Redis({
    ...OPTIONS,
    ...credentials(username, password),
    ...(isEncrypted(url) && { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true }),
    sentinels: hostsOf(url, 26_379),
    name: pathname.slice(1) || 'mymaster',
    failoverDetector: true,
    sentinelRetryStrategy: reconnectInMs,
  });
}

function clusterClient(url: string): Cluster {
  const { username, password } = new URL(firstHostOnly(url));
  const { lazyConnect, enableOfflineQueue, retryStrategy: _, ...node } = OPTIONS;
  return new Cluster(hostsOf(url, 6_379), {
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: reconnectInMs,
    redisOptions: { ...node, ...credentials(username, password), ...(isEncrypted(url) && { tls: {} }) },
  });
}

function isEncrypted(url: string): boolean {
  return url.startsWith('rediss');
}

function reconnectInMs(tries: number): number {
  return Math.min(RECONNECT_MAX_MS, 20 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);
}

function credentials(username: string, password: string): Pick<RedisOptions, 'username' | 'password'> {
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}

/** `URL` takes no list of hosts. */
function firstHostOnly(url: string): string {
  return url.replace(/^([^:]+:\/\/(?:[^@/]*@)?(?![^/]*@)[^,/]*),[^/]*/, '$1');
}

function hostsOf(url: string, defaultPort: number): { host: string; port: number }[] {
  const authority = /^[^:]+:\/\/(?:[^@/]*@)?([^/?]*)/.exec(url)?.[1] ?? '';
  return authority.split(',').map((text) => {
    const { hostname, port } = new URL(`redis://${text}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || defaultPort };
  });
}
