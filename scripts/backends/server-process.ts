import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TRIES = 600;
const TRY_EVERY_MS = 50;
/** Below those that systems give to calls and to whoever listens on port 0: from 32768 on Linux, 49152 elsewhere. */
const PORTS = { from: 20_000, to: 32_768 };

/** A program that this needs is not on the machine. The message says what to install. */
export class MissingProgram extends Error {
  readonly code = 'missing_program';
  readonly retryable = false;
}

export interface ServerCommand {
  /** What it is called in messages. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Where it writes what it has to say. */
  readonly logFile: string;
  readonly cwd: string;
  readonly account?: Account;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Returns once the server answers; throws while it does not. */
  readonly probe: () => Promise<void>;
}

/** For servers that refuse to run as root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** A server that was started here, and is ours to stop. */
export interface ServerProcess {
  readonly pid: number;
  /** Ends it by this signal, and waits until it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server and waits until it answers. Throws `MissingProgram`, or an error that names its log. */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const log = await open(command.logFile, 'a');
  const child = spawn(command.program, command.args, {
    ...command.account,
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', log.fd, log.fd],
  });
  try {
    await spawned(child, command);
    await untilReady(child, command);
  } finally {
    await log.close();
  }
  return { pid: child.pid ?? 0, stop: (signal) => stopServer(child, signal) };
}

/** A port of the loopback that nobody listens on, and that nobody gets who does not ask for it by its number. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Throws unless somebody listens there. */
export async function probePort(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

async function spawned(child: ChildProcess, { name, program }: ServerCommand): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new MissingProgram(`${name} cannot be started: ${program} is not on this machine`, { cause });
  }
}

async function untilReady(child: ChildProcess, { name, logFile, probe }: ServerCommand): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await probe();
    } catch (cause) {
      if (hasEnded(child)) throw new Error(`${name} ended while it started; see ${logFile}`, { cause });
      if (tries === START_TRIES) {
        child.kill('SIGKILL');
        throw new Error(`${name} does not answer; see ${logFile}`, { cause });
      }
      await sleep(TRY_EVERY_MS);
    }
  }
}

async function stopServer(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
