import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '../../scripts/backends/redis-server.ts';
import { freePort } from '../../scripts/backends/server-process.ts';
import { orSkip } from './backends.ts';

export interface RedisServer {
  /** `redis://host:port`. Keys may be there: take sale ids of one's own. */
  readonly url: string;
  /** Null where the server is not ours to break. */
  readonly outage: RedisOutage | null;
  stop(): Promise<void>;
}

interface RedisOutage {
  /** Kills it, as a crash does: the append-only file is what is left. */
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Puts what it has on disk now aside. */
  keepCopy(): Promise<void>;
  /** While it is down: it will begin with the copy. */
  restoreCopy(): Promise<void>;
}

/**
 * A real Redis with its durability as in production: the one at `TEST_REDIS_URL`, or else one of its own from the
 * machine's binary. Null, and a line that says what to do, when there is neither; with `REQUIRE_BACKENDS=1` that is an
 * error.
 */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer | null> {
  const url = process.env.TEST_REDIS_URL;
  if (url) return { url, outage: null, stop: async () => {} };
  return orSkip('Redis', 'set TEST_REDIS_URL=redis://host:6379, or install redis-server', () => startOwn(args));
}

/** Where Redis keeps its append-only file. */
const AOF = 'appendonlydir';

async function startOwn(args: readonly string[]): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-redis-'));
  const place = { directory, port: await freePort(), args };
  let server = await startRedisServer(place);
  return {
    url: `redis://127.0.0.1:${place.port}`,
    outage: {
      begin: () => server.stop('SIGKILL'),
      end: async () => {
        server = await startRedisServer(place);
      },
      keepCopy: () => cp(join(directory, AOF), join(directory, 'copy'), { recursive: true }),
      restoreCopy: async () => {
        await rm(join(directory, AOF), { recursive: true });
        await cp(join(directory, 'copy'), join(directory, AOF), { recursive: true });
      },
    },
    stop: async () => {
      await server.stop('SIGKILL');
      await rm(directory, { recursive: true });
    },
  };
}
