import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailed } from '../failure.ts';
import type { ListeningMessage } from '../server-process.ts';

export interface OwnServer {
  readonly url: string;
  readonly adminToken: string;
  readonly simulatedProviderUrl: string | null;
  /** Where its data and its log are. */
  readonly directory: string;
  stop(): Promise<void>;
  /** Removes data and log. */
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** As many accounts may join with one device as on any server; otherwise any number. */
  readonly limitsDevices: boolean;
}

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Starts a server of our own: a process with an empty data directory, which ends with us. */
export async function startOwnServer({ limitsDevices }: OwnServerOptions): Promise<OwnServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-simulation-'));
  const adminToken = randomBytes(32).toString('base64url');
  const child = await spawnServer(directory, adminToken, limitsDevices);
  const { url, simulated_provider_url } = await listening(child, directory);
  return {
    url,
    adminToken,
    simulatedProviderUrl: simulated_provider_url,
    directory,
    stop: () => end(child),
    remove: () => rm(directory, { recursive: true }),
  };
}

async function spawnServer(directory: string, adminToken: string, limitsDevices: boolean): Promise<ChildProcess> {
  const log = await open(join(directory, 'server.log'), 'w');
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: join(directory, 'data'),
    PORT: '0',
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'warn',
    // One machine plays all buyers.
    RATE_LIMIT_PER_IP: '0',
    JOIN_LIMIT_PER_IP: '0',
    ...(!limitsDevices && { JOIN_LIMIT_PER_DEVICE: '0' }),
  };
  try {
    return spawn(process.execPath, [MAIN, 'serve', '--no-demo'], { env, stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  } finally {
    await log.close();
  }
}

async function listening(child: ChildProcess, directory: string): Promise<ListeningMessage> {
  const ended = once(child, 'exit').then(() => {
    throw new CommandFailed(`The server of the simulation did not start: ${join(directory, 'server.log')} says why.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message as ListeningMessage;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
