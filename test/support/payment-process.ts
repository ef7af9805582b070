import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface PaymentProcess {
  readonly url: string;
  /** Resolves when the process is gone, with its exit code; null if the signal ended it. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/**
 * Starts a payment service as a process of its own, which prints `{"url": …}` as its first line. The simulated one ends
 * with us.
 */
export async function startPaymentProcess(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<PaymentProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, null>;
  return { url: await urlOf(child), kill: (signal) => end(child, signal) };
}

async function urlOf(child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
  throw new Error(`the payment service ended with ${child.exitCode} before it was ready`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}
