import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TicketRef } from '../../src/domain/queueing.ts';
import type { OrderRef } from '../../src/store/store.ts';
import type { LoadReport } from './store-load-process.ts';
import type { OpenReport } from './store-open-process.ts';

const LOAD = fileURLToPath(new URL('./store-load-process.ts', import.meta.url));
const OPEN = fileURLToPath(new URL('./store-open-process.ts', import.meta.url));
const PATIENCE_MS = 30_000;

export type Fault = Extract<LoadReport, { fault: unknown }>['fault'];

/** A store under load in a process of its own. */
export class StoreUnderLoad {
  readonly #process: ChildProcess;
  readonly acked: OrderRef[] = [];
  readonly ackedTickets: TicketRef[] = [];
  readonly ackedAdmissions: TicketRef[] = [];
  readonly #ended: Promise<unknown>;
  #fault: Fault | null = null;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#ended = once(child, 'exit');
    child.on('message', (report: LoadReport) => {
      if ('acked' in report) this.acked.push(report.acked);
      else if ('ackedTicket' in report) this.ackedTickets.push(report.ackedTicket);
      else if ('ackedAdmission' in report) this.ackedAdmissions.push(report.ackedAdmission);
      else this.#fault = report.fault;
    });
  }

  static start(directory: string): StoreUnderLoad {
    return new StoreUnderLoad(fork(LOAD, [directory]));
  }

  /** No file of the process can grow beyond so many blocks (of 512 or 1,024 bytes, as the shell has it). */
  static startOnSmallDisk(directory: string, blocks: number): StoreUnderLoad {
    const limited = `ulimit -f ${blocks} && exec "$0" "$@"`;
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    return new StoreUnderLoad(spawn('sh', ['-c', limited, process.execPath, LOAD, directory], { stdio: [...stdio] }));
  }

  async ackedAtLeast(orders: number): Promise<void> {
    while (this.acked.length < orders)
      await once(this.#process, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
  }

  /** Ends the process without a word to it. What it acknowledged until then is in `acked`. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** Waits for the store to fail and the process to end by itself. */
  async failed(): Promise<Fault> {
    await this.#ended;
    if (!this.#fault) throw new Error('the process ended without reporting a fault');
    return this.#fault;
  }
}

/** Opens directories in a process of its own, so that a crash of it is an answer and not the end of the test. */
export class StoreOpener {
  #process: ChildProcess | null = null;

  async open(directory: string): Promise<OpenReport | { readonly crashed: string }> {
    this.#process ??= fork(OPEN);
    const child = this.#process;
    const over = new AbortController();
    const { signal } = over;
    child.send(directory);
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([report]) => report as OpenReport),
        once(child, 'exit', { signal }).then(([code, by]) => ({ crashed: `the process ended with ${code ?? by}` })),
        once(AbortSignal.timeout(PATIENCE_MS), 'abort', { signal }).then(() => ({ crashed: 'no answer in time' })),
      ]);
    } finally {
      over.abort();
      if (child.exitCode !== null || child.signalCode !== null) this.#process = null;
    }
  }

  async close(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}
