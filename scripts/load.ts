import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startServerChild } from '../src/cli/simulate/server-child.ts';
import { locustCommand } from './load/locust.ts';

const ABOUT = `Sends the crowd of load/ against a server: one of its own, with its limits on, unless --url names another,
whose admin token must be in ADMIN_TOKEN. Locust is installed the first time. What stands behind -- goes to Locust.`;

const HELP = `
Examples:
  $ npm run load -- --install
  $ npm run load -- -- --shape steady --report data/load/steady
  $ ADMIN_TOKEN=… npm run load -- --url https://sales.example.com -- --shape ramp --processes 4`;

interface Options {
  readonly url?: string;
  readonly install?: true;
}

interface Target {
  readonly url: string;
  readonly adminToken: string;
  readonly stop: () => Promise<void>;
}

await new Command('npm run load --')
  .description(ABOUT)
  .argument('[options...]', 'of Locust and of the plan; load/README.md has them')
  .option('--url <url>', 'the server')
  .option('--install', 'only install Locust, where it is missing')
  .addHelpText('after', HELP)
  .action(async (locustOptions: string[], { url, install }: Options) => {
    const locust = await locustCommand();
    if (!install) process.exitCode = await runPlan(locust, locustOptions, url);
  })
  .parseAsync();

async function runPlan(
  { program, args }: Awaited<ReturnType<typeof locustCommand>>,
  options: readonly string[],
  url: string | undefined,
): Promise<number> {
  const target = url === undefined ? await ownServer() : givenServer(url);
  try {
    const locust = spawn(program, [...args, '--host', target.url, ...options], {
      env: { ...process.env, ADMIN_TOKEN: target.adminToken },
      stdio: 'inherit',
    });
    const [code] = await once(locust, 'exit');
    return code ?? 1;
  } finally {
    await target.stop();
  }
}

function givenServer(url: string): Target {
  const adminToken = process.env.ADMIN_TOKEN;
  if (!adminToken) throw new Error('--url needs the admin token of that server in ADMIN_TOKEN.');
  return { url, adminToken, stop: async () => {} };
}

/** It believes our word on where buyers come from, as it believes its balancer's. */
async function ownServer(): Promise<Target> {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-load-'));
  const adminToken = crypto.randomUUID();
  const env = { DATA_DIR: join(directory, 'data'), ADMIN_TOKEN: adminToken, TRUSTED_PROXIES: '127.0.0.1' };
  const child = await startServerChild(directory, 'server', env);
  const stop = async () => {
    await child.stop();
    await rm(directory, { recursive: true });
  };
  return { url: child.url, adminToken, stop };
}
