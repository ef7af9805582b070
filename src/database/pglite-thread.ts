import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { LedgerUnavailable } from './ledger-unavailable.ts';
import { PortStream } from './port-stream.ts';

const SHUTDOWN_TIMEOUT_MS = 10_000;

export interface WorkerOptions {
  readonly clusterDir: string;
}

/** Each connection brings its own port, so that an answer can reach only the connection that asked. */
export type WorkerRequest = { readonly type: 'connect'; readonly connection: MessagePort } | { readonly type: 'close' };

export type WorkerReport = { readonly type: 'opened' } | { readonly type: 'failed'; readonly reason: unknown };

/** PGlite in a thread of its own: its work is CPU-bound and would stop the event loop that sells. */
export class PgliteThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #hasEnded = false;

  private constructor(worker: Worker, onFault: (fault: Error) => void) {
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    let reason: unknown;
    worker.on('message', (report: WorkerReport) => {
      if (report.type === 'failed') reason = report.reason;
    });
    worker.on('error', (error) => {
      reason = error;
    });
    worker.once('exit', (code) => {
      this.#hasEnded = true;
      if (code !== 0) onFault(new LedgerUnavailable('The embedded database stopped.', { cause: reason }));
    });
  }

  /** Rejects with what stopped the database from opening. */
  static async start(options: WorkerOptions, onFault: (fault: Error) => void): Promise<PgliteThread> {
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: options });
    await opened(worker);
    return new PgliteThread(worker, onFault);
  }

  connect(): PortStream {
    const { port1, port2 } = new MessageChannel();
    const request: WorkerRequest = { type: 'connect', connection: port2 };
    if (this.#hasEnded) port2.close();
    else this.#worker.postMessage(request, [port2]);
    return new PortStream(port1);
  }

  /** Lets PostgreSQL shut down, and ends the thread in any case: a crash harms nothing that was committed. */
  async close(): Promise<void> {
    const request: WorkerRequest = { type: 'close' };
    this.#worker.postMessage(request);
    const patience = new AbortController();
    const stuck = sleep(SHUTDOWN_TIMEOUT_MS, undefined, { signal: patience.signal }).then(() =>
      this.#worker.terminate(),
    );
    await Promise.race([this.#ended, stuck]);
    patience.abort();
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (report: WorkerReport) => (report.type === 'opened' ? resolve() : reject(report.reason)));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`its thread ended with code ${code}`)));
  });
}
