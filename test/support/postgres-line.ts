import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';

/** A TCP line to a PostgreSQL server that can fall silent, as when a network swallows every packet. */
export interface PostgresLine {
  readonly url: string;
  /** How many connections there have been. */
  connections(): number;
  /** From now on the connections that are open carry nothing more. New ones do. */
  fallSilent(): void;
  close(): Promise<void>;
}

export async function startPostgresLine(serverUrl: string): Promise<PostgresLine> {
  const { host, port } = new pg.Client(serverUrl);
  const open: { readonly near: Socket; readonly far: Socket }[] = [];
  const server = createServer((near) => {
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far).pipe(near);
    open.push({ near, far });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(serverUrl);
  url.search = '';
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    connections: () => open.length,
    fallSilent: () => {
      for (const { near, far } of open) {
        near.unpipe(far);
        far.unpipe(near);
      }
    },
    close: async () => {
      for (const socket of open.flatMap(({ near, far }) => [near, far])) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
