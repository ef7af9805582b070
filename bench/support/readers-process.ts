import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
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
const RECONNECT_MS = 200;

const { port, path, streams } = JSON.parse(process.argv[2] ?? '') as ReadersOrder;
const request = `GET ${path} HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\nconnection: close\r\n\r\n`;
let heard = 0;
let firstAtMs = 0;

function hear(): void {
  heard += 1;
  if (heard === 1) firstAtMs = nowMs();
  if (heard === streams) process.send?.({ firstAtMs, lastAtMs: nowMs() } satisfies Heard);
}

/** Comes again, as a browser does, when the server has no time for it or cuts it off. */
async function keepOpen(): Promise<void> {
  while (!(await openStream())) await sleep(RECONNECT_MS);
}

/** Resolves at the first event, or to null when none comes. */
function openStream(): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const whenOpen = (chunk: Buffer) => {
      if (!chunk.includes('data: ')) return;
      socket.off('data', whenOpen);
      socket.on('data', (news: Buffer) => {
        if (news.includes('data: ')) hear();
      });
      socket.on('close', () => {
        throw new Error('an open stream was cut');
      });
      resolve(socket);
    };
    socket.on('connect', () => socket.write(request));
    socket.on('data', whenOpen);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(null));
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
    while (toOpen-- > 0) await keepOpen();
  }),
);
process.send?.('open');
