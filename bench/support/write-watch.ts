import { Socket } from 'node:net';

export interface Writes {
  readonly count: number;
  /** From the beginning of the first write to the end of the last. */
  readonly tookMs: number;
  /** When the first began, by the machine's clock that only goes forward. */
  readonly beganAtMs: number;
  /** Processor time of the whole process, which a busy machine leaves as it is. */
  readonly cpuMs: number;
}

/** Watches what this process writes to sockets, in pieces of at least so many bytes. Returns what was written since it was asked last. */
export function watchWrites(minBytes: number): () => Writes {
  const write = Socket.prototype.write;
  let [count, beganAtMs, endedAtMs] = [0, 0, 0];
  let cpu = process.cpuUsage();
  Socket.prototype.write = function watched(this: Socket, ...args: Parameters<typeof write>) {
    const [chunk] = args as [Buffer | string];
    if (chunk.length < minBytes) return write.apply(this, args);
    if (count === 0) beganAtMs = nowMs();
    const written = write.apply(this, args);
    count += 1;
    endedAtMs = nowMs();
    return written;
  } as typeof write;
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const writes = { count, tookMs: endedAtMs - beganAtMs, beganAtMs, cpuMs: (user + system) / 1000 };
    count = 0;
    cpu = process.cpuUsage();
    return writes;
  };
}

/** The same clock in every process of the machine. */
export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
