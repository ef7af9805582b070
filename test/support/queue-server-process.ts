import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { advanceGates } from '../../src/engine/advance-gates.ts';
import { PeriodicTask } from '../../src/engine/periodic-task.ts';
import { createLogger } from '../../src/telemetry/logger.ts';

// A whole server, as its environment configures it, with more gate tickers at work than a server has, each at its own
// pace. Runs until it is killed.

const TICKERS_BESIDE_ITS_OWN_MS = [20, 37];

function exit(error: unknown): never {
  console.error(error);
  process.exit(1);
}

const app = await createApp(readConfig(process.env), { log: createLogger('fatal'), onFault: exit });
for (const everyMs of TICKERS_BESIDE_ITS_OWN_MS) {
  new PeriodicTask({ everyMs, run: () => advanceGates(app.ports), onFailure: exit }).start();
}
await app.listen();
process.send?.('listening');
