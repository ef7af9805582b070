import { MemoryTallies } from '../anti-bot/memory/memory-tallies.ts';
import { RedisTallies } from '../anti-bot/redis/redis-tallies.ts';
import type { Tallies } from '../anti-bot/tallies.ts';
import type { StoreConfig } from '../config/topology.ts';
import { createRedisClient } from '../store/redis/redis-connection.ts';
import type { EngineEvents } from '../telemetry/events.ts';

interface OpenTallies {
  readonly tallies: Tallies;
  close(): Promise<void>;
}

/** Gateways that share a store count their clients together, over a connection of their own: nothing waits for it. */
export function openTallies(settings: StoreConfig, events: EngineEvents): OpenTallies {
  const own = new MemoryTallies();
  if (settings.kind === 'embedded') return { tallies: own, close: async () => {} };
  const client = createRedisClient(settings.url);
  const onFailure = (error: unknown) => events.sharedLimitsFailed(error);
  // Whoever needs a connection that is lost is told by the command that fails.
  client.on('error', () => {});
  client.connect().catch(onFailure);
  return { tallies: new RedisTallies({ client, fallback: own, onFailure }), close: async () => client.disconnect() };
}
