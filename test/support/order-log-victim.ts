import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { OrderLogProcessTask } from './order-log-process.ts';

const PROGRAM = fileURLToPath(new URL('order-log-process.ts', import.meta.url));

/**
 * Lets another process consume a log, and kills it after it has applied a batch, before it has said so to the log.
 * Returns the position that the batch had reached.
 */
export async function killAfterApply(task: OrderLogProcessTask): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(child.stdout, 'data'),
    exited.then(() => Promise.reject(new Error('it ended'))),
  ]);
  child.kill('SIGKILL');
  await exited;
  return Number(String(line));
}
