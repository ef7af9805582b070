import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { LedgerUnavailable } from './ledger-unavailable.ts';
import { PortStream } from './port-stream.ts';

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
  #closing = false;

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
    worker.once('exit', () => {
      if (!this.#closing) onFault(new LedgerUnavailable('The embedded database stopped.', { cause: reason }));
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
    this.#worker.postMessage(request, [port2]);
    return new PortStream(port1);
  }

  /** Lets PostgreSQL shut down, then ends the thread. */
  async close(): Promise<void> {
    this.#closing = true;
    const request: WorkerRequest = { type: 'close' };
    this.#worker.postMessage(request);
    await this.#ended;
  }
}

function opened(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', (report: WorkerReport) => (report.type === 'opened' ? resolve() : reject(report.reason)));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`its thread ended with code ${code}`)));
  });
}
