import type { Config } from '../config/config.ts';
import type { Draining } from '../http/draining.ts';
import { buildServiceServer } from '../http/service-server.ts';
import type { Front } from './gateway.ts';
import type { Ports } from './open-ports.ts';
import type { Processing } from './processing.ts';

interface ProbesOptions {
  readonly processing: Processing;
  readonly draining: Draining;
}

/** Answers probes and scrapers, of a process that nobody else asks. */
export async function openProbes(
  config: Config,
  ports: Ports,
  { processing, draining }: ProbesOptions,
): Promise<Front> {
  const { role } = config;
  const server = await buildServiceServer({ ...ports, ...processing, role, config, draining });
  return { server, start: () => {}, stop: async () => {}, close: async () => {} };
}
