import { Cluster, Redis, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** Longer than any script takes, and short enough for whoever waits for an answer. */
const COMMAND_TIMEOUT_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_MAX_MS = 1_000;

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
 * A client that is not connected yet, by `redis://`, `rediss://` (TLS), `redis+sentinel://HOST:PORT,…/NAME` or
 * `redis+cluster://HOST:PORT,…`. User and password may stand in front of the hosts.
 * @throws TypeError for any other URL
 */
export function createRedisClient(url: string): RedisClient {
  const { protocol } = new URL(firstHostOnly(url));
  if (protocol === 'redis:' || protocol === 'rediss:') return new Redis(url, OPTIONS);
  if (protocol === 'redis+sentinel:') return sentinelClient(url);
  if (protocol === 'redis+cluster:') return clusterClient(url);
  throw new TypeError(`${protocol} is no way to reach Redis`);
}

function sentinelClient(url: string): Redis {
  const { username, password, pathname } = new URL(firstHostOnly(url));
  return new Redis({
    ...OPTIONS,
    ...credentials(username, password),
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
    redisOptions: { ...node, ...credentials(username, password) },
  });
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
