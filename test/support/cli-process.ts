import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from '../../scripts/backends/server-process.ts';
import { bareEnvironment } from '../../src/cli/bare-environment.ts';
import type { ListeningMessage } from '../../src/cli/server-process.ts';
import { SHORT_LIVED } from './node-flags.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

type Environment = Readonly<Record<string, string>>;

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ServerProcess extends ListeningMessage {
  readonly child: ChildProcess;
  /** For commands that are to reach this server. */
  readonly env: Environment;
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Sends SIGTERM unless the process is gone, and resolves to its exit code. */
  end(): Promise<number | null>;
}

/** Runs the command line to its end, with no environment but this one. */
export async function runCli(args: readonly string[], env: Environment = {}): Promise<CliRun> {
  const child = spawnCli(args, env);
  const output = collectOutput(child);
  const [code] = await once(child, 'close');
  return { code, stdout: output.stdout, stderr: output.stderr };
}

/** Runs a command that must succeed, and returns what it printed as JSON. */
export async function cliJson<Answer>(args: readonly string[], env: Environment): Promise<Answer> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], env);
  if (code !== 0) throw new Error(`tidegate ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Starts `serve` on a free port; resolves once it listens. */
export async function startServer(env: Environment, flags: readonly string[] = ['--no-demo']): Promise<ServerProcess> {
  const child = spawnCli(['serve', ...flags], { PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT_PER_IP: '0', ...env });
  const output = collectOutput(child);
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`the server ended with ${code} before it listened: ${output.stderr}${output.stdout}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  const { url, simulated_provider_url } = message as ListeningMessage;
  const reach = { ...env, TIDEGATE_URL: url };
  return { child, url, simulated_provider_url, env: reach, output, end: () => end(child) };
}

/** Starts the command line, with no environment but this one. */
export function spawnCli(args: readonly string[], env: Environment): ChildProcess {
  return spawn(process.execPath, [...SHORT_LIVED, MAIN, ...args], {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** All that a child has printed until now. */
export function collectOutput(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return output;
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  return child.exitCode;
}

export function makeDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'tidegate-cli-'));
}

export function removeDirectory(directory: string): Promise<void> {
  return rm(directory, { recursive: true });
}

/** Removed when the test is over. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await makeDirectory();
  onTestFinished(() => removeDirectory(directory));
  return directory;
}

/** A port on which nobody listens. */
export async function unusedPort(): Promise<string> {
  return String(await freePort());
}
