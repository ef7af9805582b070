import { type App, createApp } from '../app.ts';
import { type Config, readConfig } from '../config/config.ts';
import type { Environment } from '../config/env.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { bannerText } from './banner.ts';
import { createDemoSales, type DemoSales } from './demo-sale.ts';
import { CommandFailed, codeOf } from './failure.ts';
import { stopOnSignal } from './graceful-stop.ts';
import { localClient } from './local-client.ts';

/** What a server tells the process that started it, over their IPC channel, once it listens. */
export interface ListeningMessage {
  readonly url: string;
  /** The simulated payment provider's; null where payments are real. */
  readonly simulated_provider_url: string | null;
}

/** On top of the time in which it is still open. */
const STOP_TIMEOUT_MS = 30_000;

/** Serves until a signal ends it. `demo`: creates sales where there is none. Rejects if it cannot start. */
export async function runServer(environment: Environment, demo: boolean): Promise<void> {
  const config = readConfig(environment);
  const log = createLogger(config.logLevel);
  const stopTracing = await startTracing(config, log);
  const onFault = exitOnFault(log);
  const app = await createApp(config, { log, onFault });
  const url = await listen(app, config);
  const stop = async () => {
    await app.stop();
    await stopTracing();
  };
  const stopping = stopOnSignal(stop, { log, timeoutMs: config.drainMs + STOP_TIMEOUT_MS });
  log.info({ url, dataDir: config.dataDir }, 'listening');
  const withDemo = demo && !config.production && config.role === 'all';
  const demoSales = withDemo ? await createDemoSalesUnless(stopping, app) : null;
  if (stopping.aborted) return;
  console.error(bannerText({ url, config, secrets: app.secrets, demoSales }));
  const listening: ListeningMessage = { url, simulated_provider_url: app.simulatedProviderUrl };
  process.send?.(listening);
}

/** A server that is asked to stop refuses what is not made yet. */
async function createDemoSalesUnless(stopping: AbortSignal, app: App): Promise<DemoSales | null> {
  try {
    return await createDemoSales(localClient(app), Date.now());
  } catch (error) {
    if (stopping.aborted) return null;
    throw error;
  }
}

/** Before anything is opened. What it needs is loaded only where it is wanted. Returns what ends it. */
async function startTracing({ tracing, build: { version }, role }: Config, log: Logger): Promise<() => Promise<void>> {
  if (tracing === null) return async () => {};
  const { startOtlpTracing } = await import('../telemetry/otlp-tracing.ts');
  return startOtlpTracing({ ...tracing, version, role, onExportChange: (error) => logExports(log, error) });
}

function logExports(log: Logger, error: Error | null): void {
  if (error) log.warn({ error }, 'the collector does not take traces: spans are lost, and nothing else');
  else log.info('the collector takes traces again');
}

/** Nothing may be answered any more after a fault, so nothing is closed either: the next start recovers. */
function exitOnFault(log: Logger): (error: Error) => void {
  const exit = (error: Error) => {
    log.fatal({ error }, 'the process cannot go on');
    process.exit(1);
  };
  process.on('uncaughtException', exit);
  return exit;
}

async function listen(app: App, { http }: Config): Promise<string> {
  try {
    return await app.listen();
  } catch (error) {
    await app.stop();
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    const message = `Port ${http.port} of ${http.host} is in use by another program. Stop it, or set PORT to another one.`;
    throw new CommandFailed(message, { cause: error });
  }
}
