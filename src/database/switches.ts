import type { Ledger } from './schema.ts';

export type SwitchName = 'joins' | 'purchases' | 'payments' | 'notifications';
/** True: the activity goes on. */
export type Switches = Readonly<Record<SwitchName, boolean>>;

export async function readSwitches(_db: Ledger): Promise<Switches> {
  throw new Error('not written yet');
}
export async function setSwitch(_db: Ledger, _name: SwitchName, _enabled: boolean): Promise<void> {
  throw new Error('not written yet');
}
