import { connect, type Socket } from 'node:net';
import { build as buildHistogram, type Histogram } from 'hdr-histogram-js';

export interface BurstResult {
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Microseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Progress {
  readonly latencies: Histogram;
  readonly statuses: Record<string, number>;
  next: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = Buffer.from('content-length: ');

/**
 * Sends each request once over keep-alive connections, `depth` at a time on each, as fast as the server answers. A
 * client of its own on raw sockets: every general one was slower than the server it was to measure.
 */
export async function sendBurst(
  port: number,
  requests: readonly Buffer[],
  connections: number,
  depth: number,
): Promise<BurstResult> {
  const progress: Progress = { latencies: buildHistogram(), statuses: {}, next: 0 };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, () => drive(port, requests, depth, progress)));
  const { latencies, statuses } = progress;
  return {
    seconds: (performance.now() - startedAt) / 1000,
    statuses,
    p50: latencies.getValueAtPercentile(50),
    p99: latencies.getValueAtPercentile(99),
    max: latencies.maxValue,
  };
}

function drive(port: number, requests: readonly Buffer[], depth: number, progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const sentAt: number[] = [];
    let rest: Buffer = Buffer.alloc(0);
    // Others may have sent the last request before this connection was there.
    const goOn = () => {
      send(socket, requests, depth, sentAt, progress);
      if (sentAt.length > 0) return;
      socket.end();
      resolve();
    };
    socket.on('error', reject);
    socket.on('connect', goOn);
    socket.on('data', (chunk) => {
      rest = readAnswers(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, sentAt, progress);
      goOn();
    });
  });
}

function send(socket: Socket, requests: readonly Buffer[], depth: number, sentAt: number[], progress: Progress): void {
  const batch: Buffer[] = [];
  while (sentAt.length < depth && progress.next < requests.length) {
    const request = requests[progress.next++];
    if (!request) break;
    batch.push(request);
    sentAt.push(performance.now());
  }
  if (batch.length > 0) socket.write(batch.length === 1 ? (batch[0] as Buffer) : Buffer.concat(batch));
}

/** Returns what is left of an answer that has not come whole. */
function readAnswers(bytes: Buffer, sentAt: number[], progress: Progress): Buffer {
  let offset = 0;
  for (;;) {
    const headEnd = bytes.indexOf(HEAD_END, offset);
    if (headEnd < 0) break;
    const lengthAt = bytes.indexOf(CONTENT_LENGTH, offset);
    const bodyLength =
      lengthAt >= 0 && lengthAt < headEnd
        ? Number.parseInt(bytes.toString('latin1', lengthAt + 16, lengthAt + 26), 10)
        : 0;
    const end = headEnd + HEAD_END.length + bodyLength;
    if (end > bytes.length) break;
    const status = bytes.toString('latin1', offset + 9, offset + 12);
    progress.statuses[status] = (progress.statuses[status] ?? 0) + 1;
    progress.latencies.recordValue(Math.round((performance.now() - (sentAt.shift() ?? 0)) * 1000));
    offset = end;
  }
  return bytes.subarray(offset);
}
