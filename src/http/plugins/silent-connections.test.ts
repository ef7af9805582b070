import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { installSilentConnections } from './silent-connections.ts';

test('a stop cuts the connections that have asked nothing, and answers those that have', async () => {
  const app = fastify({ forceCloseConnections: 'idle' });
  onTestFinished(() => app.close());
  installSilentConnections(app);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  app.get('/', () => {
    asked.resolve();
    return answer.promise;
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  await once(app.server, 'connection');
  const answered = fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  await asked.promise;

  const cut = once(silent.resume(), 'close');
  const stopped = app.close();
  await cut;
  answer.resolve('in time');

  expect(await (await answered).text()).toBe('in time');
  await stopped;
});
