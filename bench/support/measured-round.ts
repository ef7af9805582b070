import type { BurstResult } from './burst.ts';
import type { ServerProcess } from './server-process.ts';
import { readMetrics } from './tidegate-server.ts';

export interface Round extends BurstResult {
  readonly perSecond: number;
  /** Processor time of the servers a request, all threads together: what a busy machine leaves as it is. */
  readonly cpuMicros: number;
  readonly loopDelayMs: number;
}

/** What the servers spend on so many requests. */
export async function measureRound(
  servers: readonly ServerProcess[],
  requests: number,
  send: () => Promise<BurstResult>,
): Promise<Round> {
  const before = await cpuSecondsOf(servers);
  const result = await send();
  const cpuSeconds = (await cpuSecondsOf(servers)) - before;
  const delays = await Promise.all(
    servers.map(async (server) => (await readMetrics(server)).tidegate_event_loop_delay_seconds ?? 0),
  );
  return {
    ...result,
    perSecond: requests / result.seconds,
    cpuMicros: (cpuSeconds * 1e6) / requests,
    loopDelayMs: Math.max(...delays) * 1000,
  };
}

async function cpuSecondsOf(servers: readonly ServerProcess[]): Promise<number> {
  const metrics = await Promise.all(servers.map(readMetrics));
  return metrics.reduce((sum, { tidegate_process_cpu_seconds_total: seconds = 0 }) => sum + seconds, 0);
}
