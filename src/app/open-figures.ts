import type { StoreConfig } from '../config/topology.ts';
import type { FigureExchange } from '../figures/figure-exchange.ts';
import { RedisFigureExchange } from '../figures/redis/redis-figure-exchange.ts';
import { createRedisClient } from '../store/redis/redis-connection.ts';

/** Gateways that share a store tell each other there what they count; null for one that is alone. */
export function openFigureExchange(settings: StoreConfig, onFailure: (error: unknown) => void): FigureExchange | null {
  if (settings.kind === 'embedded') return null;
  const client = createRedisClient(settings.url);
  // Whoever needs a connection that is lost is told by the command that fails.
  client.on('error', () => {});
  client.connect().catch(onFailure);
  return new RedisFigureExchange(client);
}
