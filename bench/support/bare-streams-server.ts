import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { heldBytes } from './memory.ts';
import { watchWrites } from './write-watch.ts';

/** The limit that event streams are measured against: sockets that are written to, one after the other, and nothing else. */
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';
const FRAME = Buffer.from(`id: ${'i'.repeat(22)}\ndata: ${'d'.repeat(360)}\n\n`);

const sockets = new Set<Socket>();
const writesSince = watchWrites(FRAME.length);
const server = createServer((socket) => {
  socket.once('data', () => {
    sockets.add(socket);
    socket.write(HEAD);
    socket.write(FRAME);
  });
  socket.on('error', () => {});
  socket.on('close', () => sockets.delete(socket));
});

function broadcast(): void {
  for (const socket of sockets) socket.write(FRAME);
}

process.on('message', (question) => {
  if (question === 'memory') process.send?.({ heldBytes: heldBytes(), residentBytes: process.memoryUsage().rss });
  if (question === 'writes') process.send?.(writesSince());
  if (question === 'broadcast') {
    process.send?.('begun');
    broadcast();
  }
});
process.on('SIGTERM', () => process.exit());
server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 });
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
