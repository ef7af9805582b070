import type { DeviceAccount } from '../tallies.ts';
import { RecentMap } from './recent-map.ts';

/** Some 20 MB of digests and user ids when full. */
const MAX_DEVICES = 100_000;

/** Which accounts came to a sale with the same device, in memory that is bounded. */
export class DeviceAccounts {
  readonly #accounts = new RecentMap<readonly string[]>({ maxKeys: MAX_DEVICES, keepMs: Number.POSITIVE_INFINITY });

  /** False: so many other accounts came with this device before. Those that came first stay welcome. */
  admits({ saleId, deviceId, userId }: DeviceAccount, maxAccounts: number): boolean {
    const key = `${saleId} ${deviceId}`;
    const known = this.#accounts.get(key) ?? [];
    const admitted = known.includes(userId) || known.length < maxAccounts;
    // Without an age: only a flood of other devices drives one out.
    this.#accounts.set(key, admitted && !known.includes(userId) ? [...known, userId] : known, 0);
    return admitted;
  }
}
