import { ClassicLevel } from 'classic-level';
import type { PaymentRecord } from './payment-record.ts';

/**
 * The provider's records: read from memory, written to disk. Writes that come while a sync is under way share the
 * next one. A failed sync fails every later one: what memory says may then be ahead of the disk for good.
 */
export class PaymentBook {
  readonly #db: ClassicLevel<string, PaymentRecord>;
  readonly #records: Map<string, PaymentRecord>;
  readonly #unsynced = new Map<string, PaymentRecord>();
  #currentSync: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | null = null;

  private constructor(db: ClassicLevel<string, PaymentRecord>, records: Map<string, PaymentRecord>) {
    this.#db = db;
    this.#records = records;
  }

  /** Fails while another process has the directory open. */
  static async open(dataDir: string): Promise<PaymentBook> {
    const db = new ClassicLevel<string, PaymentRecord>(dataDir, { valueEncoding: 'json' });
    await db.open();
    return new PaymentBook(db, new Map(await db.iterator().all()));
  }

  /** What was written last; answer with it only after `synced()`. */
  read(attemptId: string): PaymentRecord | undefined {
    return this.#records.get(attemptId);
  }

  records(): IterableIterator<PaymentRecord> {
    return this.#records.values();
  }

  /** The record counts at once for `read`, and is on disk when the promise resolves. */
  write(record: PaymentRecord): Promise<void> {
    this.#records.set(record.attemptId, record);
    this.#unsynced.set(record.attemptId, record);
    return this.synced();
  }

  /** Resolves when all that has been written so far is on disk. */
  synced(): Promise<void> {
    if (this.#unsynced.size === 0) return this.#currentSync;
    this.#nextSync ??= this.#syncAfterCurrent();
    return this.#nextSync;
  }

  async close(): Promise<void> {
    try {
      await this.synced();
    } finally {
      await this.#db.close();
    }
  }

  #syncAfterCurrent(): Promise<void> {
    const sync = this.#currentSync.then(() => {
      this.#currentSync = sync;
      this.#nextSync = null;
      return this.#sync();
    });
    return sync;
  }

  async #sync(): Promise<void> {
    const batch = [...this.#unsynced].map(([key, value]) => ({ type: 'put' as const, key, value }));
    this.#unsynced.clear();
    await this.#db.batch(batch, { sync: true });
  }
}
