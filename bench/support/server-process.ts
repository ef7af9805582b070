import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SERVER_CORE = '0';
const LOAD_CORE = '1';
const run = promisify(execFile);

/** All threads of a server run on one core, the load on another. Without `taskset` they share them as they come. */
export const canPin = await run('taskset', ['--version']).then(
  () => true,
  () => false,
);

/** What `npm start` gives to Node: the server is measured as it is run. */
const { scripts } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
const NODE_FLAGS = (scripts.start as string).split(' ').filter((word) => word.includes('semi-space'));

function onCore(core: string, args: readonly string[]): [string, string[]] {
  return canPin ? ['taskset', ['-c', core, process.execPath, ...args]] : [process.execPath, [...args]];
}

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  /** What a program that was written for it answers over IPC. */
  ask<Answer>(question: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts a Node program that sends `{url}` over IPC once it listens. */
export async function startServer(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const [command, commandArgs] = onCore(SERVER_CORE, [...NODE_FLAGS, ...args]);
  const child = spawn(command, commandArgs, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const url = await listening(child);
  return { url, port: Number(new URL(url).port), ask: (question) => ask(child, question), stop: () => stop(child) };
}

async function listening(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${code} before it listened: ${said}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), exited])) as [{ url: string }];
  exited.catch(() => {});
  return message.url;
}

async function ask<Answer>(child: ChildProcess, question: string): Promise<Answer> {
  const answered = once(child, 'message');
  child.send(question);
  const [answer] = await answered;
  return answer;
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Starts a Node program on the load's core that is talked to over IPC. */
export function startLoad(script: string, order: unknown): ChildProcess {
  const [command, args] = onCore(LOAD_CORE, [script, JSON.stringify(order)]);
  return spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** Runs a program on the load's core and returns what it prints, as JSON. */
export async function runLoad<T>(script: string, order: unknown): Promise<T> {
  const [command, args] = onCore(LOAD_CORE, ['--max-old-space-size=4096', script, JSON.stringify(order)]);
  const { stdout } = await run(command, args, { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as T;
}
