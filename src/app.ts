import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { openGateway } from './app/gateway.ts';
import { type AppOptions, openPorts, type Ports } from './app/open-ports.ts';
import { openProbes } from './app/probes.ts';
import { openProcessing } from './app/processing.ts';
import type { Config } from './config/config.ts';
import type { Secrets } from './config/secrets.ts';
import { Draining } from './http/draining.ts';

export interface App {
  /** Of a gateway the whole API, of a processor what probes and scrapers ask. */
  readonly server: FastifyInstance;
  readonly secrets: Secrets;
  readonly ports: Ports;
  /** The simulated payment provider's; null where payments are real. */
  readonly simulatedProviderUrl: string | null;
  /** Begins to work without listening: for commands that use a data directory of their own. */
  start(): Promise<void>;
  /** Begins to work and to listen. Returns the base URL. */
  listen(): Promise<string>;
  /** Tells balancers to send no more, stops listening, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

const PAYMENT_TIMEOUT_MS = 10_000;
const PAY_WAIT_MS = 10_000;

/** Puts together the parts that the role asks for. Only this file and its folder name an adapter. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const { paymentTimeoutMs = PAYMENT_TIMEOUT_MS, payWaitMs = PAY_WAIT_MS } = options;
  const draining = new Draining();
  const ports = await openPorts(config, options);
  const processing = config.role === 'gateway' ? null : await openProcessing(config, ports, paymentTimeoutMs);
  const front =
    processing && config.role === 'processor'
      ? await openProbes(config, ports, { processing, draining })
      : await openGateway(config, ports, { processing, draining, paymentTimeoutMs, payWaitMs });
  const { server } = front;
  const parts = processing ? [processing, front] : [front];

  async function start(): Promise<void> {
    await ports.start();
    for (const part of parts) part.start();
  }
  async function listen(): Promise<string> {
    await start();
    return server.listen({ host: config.http.host, port: config.http.port });
  }
  async function stop(): Promise<void> {
    draining.begin();
    if (server.server.listening) await sleep(config.drainMs);
    await server.close();
    await Promise.all(parts.map((part) => part.stop()));
    await Promise.all(parts.map((part) => part.close()));
    await ports.close();
  }
  const simulatedProviderUrl = processing?.payments.simulated?.url ?? null;
  return { server, secrets: ports.secrets, ports, simulatedProviderUrl, start, listen, stop };
}
