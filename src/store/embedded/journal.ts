import { randomUUID } from 'node:crypto';
import { ClassicLevel } from 'classic-level';
import type { OrderEvent } from '../../domain/order-event.ts';
import { DamagedJournal, JournalLocked } from './damaged-journal.ts';
import { packEvents, type StoredEvents, unpackEvents } from './event-codec.ts';
import { assertFilesIntact } from './journal-files.ts';
import { decodeRecord, encodeRecord } from './record.ts';

const FORMAT = 2;
const HEAD_KEY = 'head';
const SEQ_DIGITS = 12;
/** LevelDB's 4 MB would be merged into its tables some twenty times in a burst of 100,000 purchases. */
const WRITE_BUFFER_BYTES = 64 * 1024 * 1024;
const NOTHING_TO_WRITE = Promise.resolve();

/** Written with every group: how many event records there must be. A lost group of records cannot go unseen behind it. */
interface Head {
  readonly format: number;
  /** Names this directory to the ledger. */
  readonly incarnation: string;
  readonly records: number;
}

interface Group {
  readonly eventsBySale: Map<string, OrderEvent[]>;
  readonly forgottenSaleIds: string[];
  readonly done: PromiseWithResolvers<void>;
}

export interface JournalOptions {
  readonly directory: string;
  /** Gets every event on disk, in order within each sale, while the journal opens. */
  readonly replay: (event: OrderEvent) => void;
  /** These events of a sale, the next after those before, are on disk. */
  readonly onWritten: (saleId: string, events: readonly OrderEvent[]) => void;
  /** A write failed. Returns what everybody who waits for it, or comes later, is told. */
  readonly onFailed: (cause: Error) => Error;
}

/**
 * The events of every sale on disk: what memory is rebuilt from. Events that arrive together are written together,
 * one record a sale under the number of its first event, in one synced LevelDB batch off the event loop.
 *
 * After a failed write nothing is written any more: every later call fails with the same error.
 */
export class Journal {
  readonly #db: ClassicLevel<string, Buffer>;
  readonly #options: JournalOptions;
  #head: Head;
  #open: Group | null = null;
  #writing: Promise<void> | null = null;
  #failure: Error | null = null;

  private constructor(db: ClassicLevel<string, Buffer>, options: JournalOptions, head: Head) {
    this.#db = db;
    this.#options = options;
    this.#head = head;
  }

  /** Opens the directory and hands over what is in it. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { directory, replay } = options;
    await assertUsable(directory);
    // Uncompressed, so that the tables can be checked without LevelDB.
    const db = new ClassicLevel<string, Buffer>(directory, {
      keyEncoding: 'utf8',
      valueEncoding: 'buffer',
      compression: false,
      writeBufferSize: WRITE_BUFFER_BYTES,
    });
    await openLocked(db, directory);
    try {
      // Before any event: those of another format could not be read.
      const head = await readHead(db, directory);
      const records = await replayEvents(db, directory, replay);
      assertComplete(head, directory, records);
      return new Journal(db, options, head ?? (await writeFirstHead(db)));
    } catch (error) {
      await db.close();
      throw asDamage(error, directory);
    }
  }

  get incarnation(): string {
    return this.#head.incarnation;
  }

  /** Queues events of one sale; `synced` says when they are on disk. */
  append(saleId: string, events: readonly OrderEvent[]): void {
    const group = this.#openGroup();
    const queued = group.eventsBySale.get(saleId);
    if (queued) queued.push(...events);
    else group.eventsBySale.set(saleId, [...events]);
  }

  /** Resolves once everything appended so far is on disk. All who wait for the same write share a promise. */
  synced(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return this.#open?.done.promise ?? this.#writing ?? NOTHING_TO_WRITE;
  }

  /** Events of a sale with `seq > after`, at least one record's worth if there are any. */
  async read(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    const events: OrderEvent[] = [];
    const range = { gte: await this.#keyHolding(saleId, after + 1), lt: endKey(saleId) };
    for await (const [key, record] of this.#db.iterator(range)) {
      events.push(...decodeEvents(this.#options.directory, key, record).filter((event) => event.seq > after));
      if (events.length >= limit) break;
    }
    return events.slice(0, limit);
  }

  /** Removes a sale's events, all or none. */
  forget(saleId: string): Promise<void> {
    const group = this.#openGroup();
    group.forgottenSaleIds.push(saleId);
    return group.done.promise;
  }

  async close(): Promise<void> {
    // Whoever appended has already been told of a failure.
    await this.synced().catch(() => {});
    await this.#db.close();
  }

  #openGroup(): Group {
    if (this.#open) return this.#open;
    const done = Promise.withResolvers<void>();
    // Whoever waits sees the failure; a group that nobody waits for must not end the process by itself.
    done.promise.catch(() => {});
    this.#open = { eventsBySale: new Map(), forgottenSaleIds: [], done };
    if (!this.#writing) setImmediate(() => this.#writeGroups());
    return this.#open;
  }

  #writeGroups(): void {
    const group = this.#open;
    if (!group || this.#writing) return;
    this.#open = null;
    this.#writing = group.done.promise;
    this.#write(group).then(
      () => {
        this.#writing = null;
        for (const [saleId, events] of group.eventsBySale) this.#options.onWritten(saleId, events);
        group.done.resolve();
        this.#writeGroups();
      },
      (error: Error) => this.#fail(group, error),
    );
  }

  async #write({ eventsBySale, forgottenSaleIds }: Group): Promise<void> {
    if (this.#failure) throw this.#failure;
    const puts = [...eventsBySale].map(([saleId, events]) => eventPut(saleId, events));
    const removals: { type: 'del'; key: string }[] = [];
    for (const saleId of forgottenSaleIds) {
      const keys = await this.#db.keys({ gte: startKey(saleId), lt: endKey(saleId) }).all();
      removals.push(...keys.map((key) => ({ type: 'del' as const, key })));
    }
    const head = { ...this.#head, records: this.#head.records + puts.length - removals.length };
    // A sale that is forgotten and prepared again at once keeps what is new.
    await this.#db.batch([...removals, ...puts, headPut(head)], { sync: true });
    this.#head = head;
  }

  #fail(group: Group, error: Error): void {
    const failure = this.#options.onFailed(error);
    this.#failure = failure;
    this.#writing = null;
    group.done.reject(failure);
    this.#open?.done.reject(failure);
    this.#open = null;
  }

  async #keyHolding(saleId: string, seq: number): Promise<string> {
    const range = { gte: startKey(saleId), lte: eventKey(saleId, seq), reverse: true, limit: 1 };
    const [key] = await this.#db.keys(range).all();
    return key ?? startKey(saleId);
  }
}

function startKey(saleId: string): string {
  return `event!${saleId}!`;
}

/** Behind every event key of the sale: `"` follows `!`. */
function endKey(saleId: string): string {
  return `event!${saleId}"`;
}

function eventKey(saleId: string, seq: number): string {
  return `${startKey(saleId)}${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

function saleIdOf(key: string): string {
  return key.slice('event!'.length, -(SEQ_DIGITS + 1));
}

function eventPut(saleId: string, events: readonly OrderEvent[]) {
  const key = eventKey(saleId, events[0]?.seq ?? 0);
  return { type: 'put' as const, key, value: encodeRecord(key, packEvents(events)) };
}

function headPut(head: Head) {
  return { type: 'put' as const, key: HEAD_KEY, value: encodeRecord(HEAD_KEY, head) };
}

function decodeEvents(directory: string, key: string, record: Buffer): OrderEvent[] {
  const stored = decodeRecord<StoredEvents>(key, record);
  if (!stored) throw new DamagedJournal(directory, `record ${key} fails its checksum`);
  return unpackEvents(saleIdOf(key), stored);
}

/** Files that another process is working on can look damaged: then it is the lock that stands in the way. */
async function assertUsable(directory: string): Promise<void> {
  try {
    await assertFilesIntact(directory);
  } catch (error) {
    if (await isLocked(directory)) throw new JournalLocked(directory, { cause: error });
    throw error;
  }
}

/** With these options LevelDB takes the lock and then refuses, whatever it finds: nothing is read or changed. */
async function isLocked(directory: string): Promise<boolean> {
  const probe = new ClassicLevel(directory, { createIfMissing: false, errorIfExists: true });
  try {
    await probe.open();
  } catch (error) {
    return isLockError(error);
  }
  await probe.close();
  return false;
}

function isLockError(error: unknown): boolean {
  return (error as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED';
}

async function openLocked(db: ClassicLevel<string, Buffer>, directory: string): Promise<void> {
  try {
    await db.open();
  } catch (error) {
    if (isLockError(error)) throw new JournalLocked(directory, { cause: error });
    const { cause } = error as Error;
    throw new DamagedJournal(directory, `LevelDB cannot open it (${String((cause as Error)?.message ?? error)})`, {
      cause: error,
    });
  }
}

/** Returns the number of records. Each sale's events must follow each other without a gap. */
async function replayEvents(
  db: ClassicLevel<string, Buffer>,
  directory: string,
  replay: (event: OrderEvent) => void,
): Promise<number> {
  let records = 0;
  let saleId = '';
  let expected = 1;
  for await (const [key, record] of db.iterator({ gte: 'event!', lt: 'event"' })) {
    for (const event of decodeEvents(directory, key, record)) {
      if (event.saleId !== saleId) [saleId, expected] = [event.saleId, 1];
      if (event.seq !== expected) {
        const missing =
          expected === event.seq - 1 ? `event ${expected} is` : `events ${expected} to ${event.seq - 1} are`;
        throw new DamagedJournal(directory, `${missing} missing from sale ${saleId}`);
      }
      replay(event);
      expected++;
    }
    records++;
  }
  return records;
}

/** Null when there is none, as in a new directory. */
async function readHead(db: ClassicLevel<string, Buffer>, directory: string): Promise<Head | null> {
  const record = await db.get(HEAD_KEY);
  if (!record) return null;
  const head = decodeRecord<Head>(HEAD_KEY, record);
  if (!head) throw new DamagedJournal(directory, 'its head record fails its checksum');
  if (head.format !== FORMAT) {
    throw new DamagedJournal(directory, `it has format ${head.format}, and this version reads format ${FORMAT}`);
  }
  return head;
}

function assertComplete(head: Head | null, directory: string, records: number): void {
  if (!head && records > 0) throw new DamagedJournal(directory, 'its head record is missing');
  if (head && head.records !== records) {
    throw new DamagedJournal(directory, `${head.records} records were written and ${records} are there`);
  }
}

async function writeFirstHead(db: ClassicLevel<string, Buffer>): Promise<Head> {
  const head = { format: FORMAT, incarnation: randomUUID(), records: 0 };
  await db.batch([headPut(head)], { sync: true });
  return head;
}

function asDamage(error: unknown, directory: string): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (!code.startsWith('LEVEL_')) return error;
  return new DamagedJournal(directory, `LevelDB cannot read it (${(error as Error).message})`, { cause: error });
}
