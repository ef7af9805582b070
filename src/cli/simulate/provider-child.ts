import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../bare-environment.ts';
import { CommandFailed } from '../failure.ts';
import { endChild } from './server-child.ts';

const MAIN = fileURLToPath(new URL('../../payment/simulated/main.ts', import.meta.url));

export interface ProviderChild {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the simulated payment provider as a process that ends with us: the crowd leaves no time for it in this one. */
export async function startProviderChild(directory: string, secret: string): Promise<ProviderChild> {
  const child = spawn(process.execPath, [MAIN, '--data-dir', directory], {
    env: { ...bareEnvironment(), PAYMENT_SECRET: secret },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, null>;
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(() => {
    throw new CommandFailed('The payment provider of the simulation did not start.');
  });
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  return { url: JSON.parse(line).url, stop: () => endChild(child) };
}
