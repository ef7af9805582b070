import { fsyncSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { WorkerOptions, WorkerReport, WorkerRequest } from './pglite-thread.ts';
import { findPanic } from './wire-panic.ts';

/** What Emscripten's types leave out. */
interface NodeFileOperations {
  readonly stream_ops: object;
}

/** PGlite leaves out fsync, in its file system as in its settings; a ledger cannot. */
class SyncedNodeFS extends NodeFS {
  override init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const addFsync: NonNullable<typeof options.preRun>[number] = (module) => {
      Object.assign((module.NODEFS as unknown as NodeFileOperations).stream_ops, { fsync });
    };
    return super.init(pglite, { ...options, preRun: [...(options.preRun ?? []), addFsync] });
  }
}

function fsync(stream: { readonly nfd: number }): number {
  try {
    fsyncSync(stream.nfd);
  } catch (error) {
    // What PostgreSQL itself does: after a failed sync nothing in memory can be believed any more.
    end(error);
  }
  return 0;
}

const STARTUP_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  // The default, fdatasync, never reaches the file system in this build.
  'wal_sync_method=fsync',
];

function end(reason: unknown): never {
  report({ type: 'failed', reason });
  process.exit(1);
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

/** One connection at a time; what the last one left behind in its session goes. */
function serve(pglite: PGlite, connection: MessagePort): void {
  if (pglite.isInTransaction()) pglite.execProtocolRawSync(simpleQuery('rollback'));
  pglite.execProtocolRawSync(simpleQuery('discard all'));
  connection.on('message', (bytes: Uint8Array) => {
    const answer = pglite.execProtocolRawSync(bytes).slice();
    const panic = findPanic(answer);
    connection.postMessage(answer, [answer.buffer]);
    // PGlite would go on, and answer nothing any more.
    if (panic !== null) end(new Error(panic));
  });
}

/** The wire protocol's `Query` message. */
function simpleQuery(sql: string): Uint8Array {
  const message = Buffer.alloc(6 + sql.length);
  message.write('Q');
  message.writeInt32BE(5 + sql.length, 1);
  message.write(sql, 5);
  return message;
}

/**
 * On one core the ledger would take every second moment from the purchases that it only writes down: it gets what they
 * leave, a tenth at least. Only Linux gives a thread a priority of its own.
 */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  const threadId = Number(basename(readlinkSync('/proc/thread-self')));
  setPriority(threadId, constants.priority.PRIORITY_BELOW_NORMAL);
}

async function run(): Promise<void> {
  giveWay();
  const { clusterDir } = workerData as WorkerOptions;
  const pglite = await PGlite.create({ fs: new SyncedNodeFS(clusterDir), startParams: STARTUP_PARAMETERS });
  parentPort?.on('message', async (request: WorkerRequest) => {
    if (request.type === 'connect') return serve(pglite, request.connection);
    await pglite.close();
    process.exit(0);
  });
  report({ type: 'opened' });
}

run().catch(end);
