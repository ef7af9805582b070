import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../bare-environment.ts';
import { CommandFailed } from '../failure.ts';
import type { ListeningMessage } from '../server-process.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface ServerChild extends ListeningMessage {
  /** Asks it to stop, and waits for its end. */
  stop(): Promise<void>;
}

/** Starts `serve` as a process that ends with us, with no environment but this one. Its log is `<name>.log`. */
export async function startServerChild(
  directory: string,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServerChild> {
  const logFile = join(directory, `${name}.log`);
  const log = await open(logFile, 'w');
  try {
    const child = spawn(process.execPath, [MAIN, 'serve', '--no-demo'], {
      env: { ...bareEnvironment(), PORT: '0', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    return { ...(await listening(child, logFile)), stop: () => endChild(child) };
  } finally {
    await log.close();
  }
}

async function listening(child: ChildProcess, logFile: string): Promise<ListeningMessage> {
  const ended = once(child, 'exit').then(() => {
    throw new CommandFailed(`The server of the simulation did not start: ${logFile} says why.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message as ListeningMessage;
}

/** Asks a process to stop, and waits for its end. Repeatable. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
