import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { heldBytes } from './memory.ts';
import { watchWrites } from './write-watch.ts';

// The whole server, which says besides what its memory holds, and what it wrote to its sockets since it was asked last.

function exit(error: Error): never {
  console.error(error);
  process.exit(1);
}

const SHORTEST_DOCUMENT = 300;

const writesSince = watchWrites(SHORTEST_DOCUMENT);
const app = await createApp(readConfig(process.env), { log: createLogger('warn'), onFault: exit });
process.on('message', (question) => {
  if (question === 'memory') process.send?.({ heldBytes: heldBytes(), residentBytes: process.memoryUsage().rss });
  if (question === 'writes') process.send?.(writesSince());
});
process.on('SIGTERM', () => void app.stop().then(() => process.exit()));
process.send?.({ url: await app.listen() });
