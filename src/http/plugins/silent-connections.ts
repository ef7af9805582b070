import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Lets a stop not wait for connections on which nothing has been asked, such as browsers open ahead. Node counts them
 * as in use, and stops looking for ones that time out as soon as it begins to close.
 */
export function installSilentConnections(app: FastifyInstance): void {
  const open = new Set<Socket>();
  let stopping = false;
  app.server.on('connection', (socket) => {
    if (stopping) return void socket.destroy();
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    stopping = true;
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  });
}
