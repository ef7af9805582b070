import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CheckFailed } from './check.ts';

interface RunOptions {
  readonly cwd: string;
  readonly timeoutMs?: number;
  /** Beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 2 * 60_000;

/** Runs a program that must succeed. Throws `CheckFailed` with what it printed. Resolves to the same text. */
export async function runProgram(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { cwd, env = {}, timeoutMs = TIMEOUT_MS } = options;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code, signal] = await once(child, 'close').catch((cause: unknown) => {
    throw new CheckFailed(`${program} cannot be started`, { cause });
  });
  if (code !== 0) throw new CheckFailed(`${program} ended with ${code ?? signal}:\n${output.trim()}`);
  return output;
}
