import { RecentMap } from './recent-map.ts';

/** Some 20 MB of digests and user ids when full. */
const MAX_DEVICES = 100_000;

/** Which accounts came to a sale with the same device, in memory that is bounded. */
export class DeviceAccounts {
  readonly #maxAccounts: number;
  readonly #accounts = new RecentMap<readonly string[]>({ maxKeys: MAX_DEVICES, keepMs: Number.POSITIVE_INFINITY });

  /** @param maxAccounts of one device at one sale */
  constructor(maxAccounts: number) {
    this.#maxAccounts = maxAccounts;
  }

  /** False: so many other accounts came with this device before. Those that came first stay welcome. */
  admits(saleId: string, deviceId: string, userId: string, nowMs: number): boolean {
    const key = `${saleId} ${deviceId}`;
    const known = this.#accounts.get(key) ?? [];
    const admitted = known.includes(userId) || known.length < this.#maxAccounts;
    this.#accounts.set(key, admitted && !known.includes(userId) ? [...known, userId] : known, nowMs);
    return admitted;
  }
}
