import { readFile } from 'node:fs/promises';
import { type Client, createClient, TidegateUnreachable } from '#sdk/client.ts';
import { type Config, readConfig } from '../config/config.ts';
import { type Environment, EnvReader } from '../config/env.ts';
import { adminTokenPath } from '../config/secrets.ts';
import { createLogger } from '../telemetry/logger.ts';
import { CommandFailed, codeOf } from './failure.ts';
import { localClient } from './local-client.ts';

export interface Connection {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** Long enough for a server that asks a busy client to wait. */
const PATIENCE_MS = 120_000;

/** To the running server if there is one, and otherwise to `DATA_DIR`, opened in this process. */
export async function connect(environment: Environment): Promise<Connection> {
  const { PORT, DATA_DIR, ADMIN_TOKEN } = environment;
  const config = readConfig({ PORT, DATA_DIR, ADMIN_TOKEN });
  const explicitUrl = new EnvReader(environment).url('TIDEGATE_URL', ['http', 'https']);
  const url = explicitUrl ?? `http://127.0.0.1:${config.http.port}`;
  if (await answers(url)) return connectTo(url, config);
  if (explicitUrl) throw new CommandFailed(`Nothing listens at ${explicitUrl}, which TIDEGATE_URL names.`);
  return openDataDir(environment, url);
}

/** False if nothing listens there. Throws if what does is no Tidegate, or does not answer. */
async function answers(url: string): Promise<boolean> {
  try {
    const { status } = await createClient({ baseUrl: url, retries: 1 }).checkLiveness();
    if (status === 'alive') return true;
  } catch (error) {
    if (refusedConnection(error)) return false;
    if (error instanceof TidegateUnreachable) throw new CommandFailed(`No answer from ${url}.`, { cause: error });
  }
  throw new CommandFailed(`What listens at ${url} is not Tidegate. Set TIDEGATE_URL to where your server is.`);
}

function refusedConnection(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (codeOf(cause) === 'ECONNREFUSED') return true;
  return false;
}

async function connectTo(url: string, config: Config): Promise<Connection> {
  const token = config.tokens.admin ?? (await readAdminToken(url, config.dataDir));
  return { client: createClient({ baseUrl: url, token, totalTimeoutMs: PATIENCE_MS }), close: async () => {} };
}

async function readAdminToken(url: string, dataDir: string): Promise<string> {
  const path = adminTokenPath(dataDir);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const advice = 'Set ADMIN_TOKEN, or DATA_DIR to the directory of that server.';
    throw new CommandFailed(`A server runs at ${url}, and its admin token is not in ${path}. ${advice}`, { cause });
  }
}

async function openDataDir(environment: Environment, url: string): Promise<Connection> {
  // Loaded only here: a command that speaks to a server needs none of it.
  const { createApp } = await import('../app.ts');
  const config = readConfig(environment);
  console.error(`No server runs at ${url}: working on ${config.dataDir} directly.`);
  const log = createLogger('error', process.stderr);
  const app = await createApp(config, { log, onFault: endProcess }).catch((error: unknown) => {
    throw codeOf(error) === 'journal_locked' ? runsElsewhere(config.dataDir, url, error) : error;
  });
  await app.start();
  return { client: localClient(app), close: () => app.stop() };
}

/** What was not written must not be told as done. */
function endProcess(error: Error): never {
  console.error(`error: ${error.message}`);
  process.exit(1);
}

function runsElsewhere(dataDir: string, url: string, cause: unknown): CommandFailed {
  return new CommandFailed(
    `${dataDir} is in use by a running Tidegate, and none answers at ${url}. Set TIDEGATE_URL (or PORT) to where it listens.`,
    { cause },
  );
}
