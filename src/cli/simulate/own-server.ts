import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProviderChild } from './provider-child.ts';
import { startServerChild } from './server-child.ts';
import type { SimulatedServer } from './simulation.ts';

/** Processes of our own. */
export interface OwnServer extends SimulatedServer {
  /** Where data and logs are. */
  readonly directory: string;
  stop(): Promise<void>;
  /** Removes data and logs. */
  remove(): Promise<void>;
}

export interface OwnServerOptions {
  /** As many accounts may join with one device as on any server; otherwise any number. */
  readonly limitsDevices: boolean;
}

export interface FleetSize {
  readonly gateways: number;
  readonly processors: number;
}

/** What many processes share, as their environment names it. */
const SHARED = ['STORE_URL', 'STORE_DURABILITY', 'ORDER_LOG_URL', 'DATABASE_URL', 'WORKER_CONCURRENCY'];

/** Starts a server of our own: a process with an empty data directory, which ends with us. */
export async function startOwnServer(options: OwnServerOptions): Promise<OwnServer> {
  const place = await makePlace(options);
  const child = await startServerChild(place.directory, 'server', place.env);
  return ownServer(place, {
    urls: [child.url],
    simulatedProviderUrl: child.simulated_provider_url,
    stop: () => child.stop(),
  });
}

/** Starts gateways and processors of our own on the servers that our environment names, and a payment provider. */
export async function startOwnFleet(
  { gateways, processors }: FleetSize,
  options: OwnServerOptions,
): Promise<OwnServer> {
  const place = await makePlace(options);
  const { directory } = place;
  const secret = randomSecret();
  const provider = await startProviderChild(join(directory, 'payments'), secret);
  const env = {
    ...place.env,
    ...Object.fromEntries(SHARED.map((name) => [name, process.env[name]])),
    // Nobody comes any more when they are stopped.
    DRAIN_TIME: '0s',
    TOKEN_KEYS: `simulation:${randomSecret()}`,
    PAYMENT_URL: provider.url,
    PAYMENT_SECRET: secret,
  };
  const start = (role: string, number: number) =>
    startServerChild(directory, `${role}-${number}`, { ...env, ROLE: role });
  const [first, others, workers] = await Promise.all([
    start('gateway', 1),
    Promise.all(countFrom(2, gateways).map((number) => start('gateway', number))),
    Promise.all(countFrom(1, processors).map((number) => start('processor', number))),
  ]);
  const stop = async () => {
    await Promise.all([first, ...others, ...workers].map((child) => child.stop()));
    await provider.stop();
  };
  return ownServer(place, {
    urls: [first.url, ...others.map(({ url }) => url)],
    simulatedProviderUrl: provider.url,
    stop,
  });
}

function countFrom(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

interface Place {
  readonly directory: string;
  readonly adminToken: string;
  readonly env: Readonly<Record<string, string>>;
}

async function makePlace({ limitsDevices }: OwnServerOptions): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-simulation-'));
  const adminToken = randomSecret();
  const env = {
    DATA_DIR: join(directory, 'data'),
    ADMIN_TOKEN: adminToken,
    // One machine plays all buyers.
    RATE_LIMIT_PER_IP: '0',
    JOIN_LIMIT_PER_IP: '0',
    ...(!limitsDevices && { JOIN_LIMIT_PER_DEVICE: '0' }),
  };
  return { directory, adminToken, env };
}

function ownServer(
  { directory, adminToken }: Place,
  running: Pick<OwnServer, 'urls' | 'simulatedProviderUrl' | 'stop'>,
): OwnServer {
  return { ...running, directory, adminToken, remove: () => rm(directory, { recursive: true }) };
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
