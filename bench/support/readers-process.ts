import { connect, type Socket } from 'node:net';
import { nowMs } from './write-watch.ts';

// A process of its own that holds event streams open. Says when all are, and then, each time that it is asked to expect
// an event, when the first and the last of them had it.

export interface ReadersOrder {
  readonly port: number;
  readonly path: string;
  readonly streams: number;
}

export interface Heard {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

const OPENED_AT_ONCE = 100;

const { port, path, streams } = JSON.parse(process.argv[2] ?? '') as ReadersOrder;
const request = `GET ${path} HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\n\r\n`;
let heard = 0;
let firstAtMs = 0;

function hear(): void {
  heard += 1;
  if (heard === 1) firstAtMs = nowMs();
  if (heard === streams) process.send?.({ firstAtMs, lastAtMs: nowMs() } satisfies Heard);
}

/** Resolves at the first event. */
function openStream(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const whenOpen = (chunk: Buffer) => {
      if (!chunk.includes('data: ')) return;
      socket.off('data', whenOpen);
      socket.on('data', (news: Buffer) => {
        if (news.includes('data: ')) hear();
      });
      resolve(socket);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', whenOpen);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('a stream was closed')));
  });
}

process.on('message', () => {
  heard = 0;
  process.send?.('listening');
});
process.on('disconnect', () => process.exit());
let toOpen = streams;
await Promise.all(
  Array.from({ length: OPENED_AT_ONCE }, async () => {
    while (toOpen-- > 0) await openStream();
  }),
);
process.send?.('open');
