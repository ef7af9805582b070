import { writeAudit } from '../../src/database/audit-log.ts';
import { openPglite } from '../../src/database/embedded-postgres.ts';
import { migrate } from '../../src/database/migrate.ts';
import { setSwitch } from '../../src/database/switches.ts';
import { T0 } from './clock.ts';

/**
 * A process to be killed: opens the ledger in the directory named on its command line, commits one audit entry after
 * the other, and says on its standard output how many there are. Never ends by itself.
 */
const [dataDir = ''] = process.argv.slice(2);
const { db } = await openPglite({ dataDir, onFault: console.error });
await migrate(db);
await setSwitch(db, 'payments', false);
for (let committed = 1; ; committed++) {
  const entry = {
    atMs: T0,
    actor: 'writer',
    action: 'wrote',
    target: String(committed),
    detail: {},
    correlationId: 'c',
  };
  await writeAudit(db, entry);
  process.stdout.write(`${committed}\n`);
}
