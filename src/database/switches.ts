import type { Ledger } from './schema.ts';

export type SwitchName = 'joins' | 'purchases' | 'payments' | 'notifications';

/** True: the activity goes on. It does until somebody turns it off. */
export type Switches = Readonly<Record<SwitchName, boolean>>;

export async function readSwitches(db: Ledger): Promise<Switches> {
  const rows = await db.selectFrom('switches').selectAll().execute();
  const enabled = (name: SwitchName) => rows.find((row) => row.name === name)?.enabled ?? true;
  return {
    joins: enabled('joins'),
    purchases: enabled('purchases'),
    payments: enabled('payments'),
    notifications: enabled('notifications'),
  };
}

export async function setSwitch(db: Ledger, name: SwitchName, enabled: boolean): Promise<void> {
  await db
    .insertInto('switches')
    .values({ name, enabled })
    .onConflict((oc) => oc.column('name').doUpdateSet({ enabled }))
    .execute();
}
