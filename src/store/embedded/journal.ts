import { randomUUID } from 'node:crypto';
import { ClassicLevel } from 'classic-level';
import type { OrderEvent } from '../../domain/order-event.ts';
import type { RecoveredSale } from '../../domain/recovered-sale.ts';
import { DamagedJournal, JournalLocked } from './damaged-journal.ts';
import {
  orderEventsIn,
  packRecord,
  type RecordContent,
  type SaleEvent,
  type StoredRecord,
  unpackRecord,
} from './event-codec.ts';
import { assertFilesIntact } from './journal-files.ts';
import { decodeRecord, encodeRecord } from './record.ts';
import { RecordIndex } from './record-index.ts';

const FORMAT = 3;
const HEAD_KEY = 'head';
const NUMBER_DIGITS = 12;
/** LevelDB's 4 MB would be merged into its tables some twenty times in a burst of 100,000 purchases. */
const WRITE_BUFFER_BYTES = 64 * 1024 * 1024;
/** A page of a thousand purchases comes in two or three reads. */
const READ_AHEAD_BYTES = 256 * 1024;
const NOTHING_TO_WRITE = Promise.resolve();

/** Written with every group: how many records there must be. A lost group of records cannot go unseen behind it. */
interface Head {
  readonly format: number;
  /** Names this directory. */
  readonly incarnation: string;
  readonly records: number;
  /** Names who opened it last: a copy that was made before knows an older one. Missing where an earlier version wrote. */
  readonly lease?: string;
}

type LeasedHead = Head & Required<Pick<Head, 'lease'>>;

/** What is written of one sale at once: one record. */
interface Writing extends RecordContent {
  readonly events: SaleEvent[];
}

interface Group {
  readonly writingBySale: Map<string, Writing>;
  readonly forgottenSaleIds: string[];
  readonly done: PromiseWithResolvers<void>;
}

export interface JournalOptions {
  readonly directory: string;
  /** Gets every record on disk, in order within each sale, while the journal opens. */
  readonly replay: (saleId: string, content: RecordContent) => void;
  /** This record of a sale, the next after those before, is on disk. */
  readonly onWritten: (saleId: string, content: RecordContent) => void;
  /** A write failed. Returns what everybody who waits for it, or comes later, is told. */
  readonly onFailed: (cause: Error) => Error;
}

/**
 * The events of every sale on disk: what memory is rebuilt from, and consumers read. Events that arrive together are
 * written together, one record a sale, in one synced LevelDB batch off the event loop. Records of a sale are numbered
 * without gaps.
 *
 * After a failed write nothing is written any more: every later call fails with the same error.
 */
export class Journal {
  readonly #db: ClassicLevel<string, Buffer>;
  readonly #options: JournalOptions;
  #head: LeasedHead;
  readonly #indexes: Map<string, RecordIndex>;
  readonly #previousLease: string | null;
  #open: Group | null = null;
  #writing: Promise<void> | null = null;
  #failure: Error | null = null;

  private constructor(
    db: ClassicLevel<string, Buffer>,
    options: JournalOptions,
    head: LeasedHead,
    indexes: Map<string, RecordIndex>,
    previousLease: string | null,
  ) {
    this.#db = db;
    this.#options = options;
    this.#head = head;
    this.#indexes = indexes;
    this.#previousLease = previousLease;
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
      const indexes = await replayRecords(db, directory, replay);
      assertComplete(head, directory, countRecords(indexes));
      return new Journal(db, options, await renewHead(db, head), indexes, head?.lease ?? null);
    } catch (error) {
      await db.close();
      throw asDamage(error, directory);
    }
  }

  /** Names the directory, whoever opens it. */
  get directoryId(): string {
    return this.#head.incarnation;
  }

  /** New each time that the directory is opened. */
  get lease(): string {
    return this.#head.lease;
  }

  /** The lease before this one. Null in a new directory. */
  get previousLease(): string | null {
    return this.#previousLease;
  }

  /** Queues events of one sale; `synced` says when they are on disk. */
  append(saleId: string, epoch: number, events: readonly SaleEvent[]): void {
    const { writingBySale } = this.#openGroup();
    const queued = writingBySale.get(saleId);
    if (queued) queued.events.push(...events);
    else writingBySale.set(saleId, { epoch, installed: null, events: [...events] });
  }

  /** Queues a sale that takes the place of all that was written of it before. Nothing else of it may be queued. */
  install(recovered: RecoveredSale): void {
    const { saleId } = recovered.sale;
    const { forgottenSaleIds, writingBySale } = this.#openGroup();
    forgottenSaleIds.push(saleId);
    writingBySale.set(saleId, { epoch: recovered.epoch, installed: recovered, events: [] });
  }

  /** Resolves once everything appended so far is on disk. All who wait for the same write share a promise. */
  synced(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return this.#open?.done.promise ?? this.#writing ?? NOTHING_TO_WRITE;
  }

  /** Order events of a sale that are on disk and have `seq > after`: `limit` of them, or all that there are. */
  async read(saleId: string, after: number, limit: number): Promise<OrderEvent[]> {
    const events: OrderEvent[] = [];
    const number = indexOf(this.#indexes, saleId).recordOf(after + 1);
    const range = { gte: recordKey(saleId, number), lt: endKey(saleId), highWaterMarkBytes: READ_AHEAD_BYTES };
    for await (const [key, record] of this.#db.iterator(range)) {
      for (const event of orderEventsIn(decodeContent(this.#options.directory, key, record))) {
        if (event.seq > after) events.push(event);
      }
      if (events.length >= limit) break;
    }
    return events.slice(0, limit);
  }

  /** Removes a sale's events, all or none, those that are queued with them. */
  forget(saleId: string): Promise<void> {
    const { forgottenSaleIds, writingBySale, done } = this.#openGroup();
    forgottenSaleIds.push(saleId);
    writingBySale.delete(saleId);
    return done.promise;
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
    this.#open = { writingBySale: new Map(), forgottenSaleIds: [], done };
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
        for (const [saleId, content] of group.writingBySale) this.#options.onWritten(saleId, content);
        group.done.resolve();
        this.#writeGroups();
      },
      (error: Error) => this.#fail(group, error),
    );
  }

  async #write({ writingBySale, forgottenSaleIds }: Group): Promise<void> {
    if (this.#failure) throw this.#failure;
    const removals = forgottenSaleIds.flatMap((saleId) => this.#removalsOf(saleId));
    const puts = [...writingBySale].map(([saleId, writing]) => this.#putOf(saleId, writing));
    const head = { ...this.#head, records: this.#head.records + puts.length - removals.length };
    // A sale that is forgotten and prepared again at once keeps what is new.
    await this.#db.batch([...removals, ...puts, headPut(head)], { sync: true });
    this.#head = head;
  }

  #removalsOf(saleId: string) {
    const records = this.#indexes.get(saleId)?.size ?? 0;
    this.#indexes.delete(saleId);
    return Array.from({ length: records }, (_, number) => ({ type: 'del' as const, key: recordKey(saleId, number) }));
  }

  #putOf(saleId: string, content: RecordContent) {
    const index = indexOf(this.#indexes, saleId);
    const key = recordKey(saleId, index.size);
    index.add(content);
    return { type: 'put' as const, key, value: encodeRecord(key, packRecord(content)) };
  }

  #fail(group: Group, error: Error): void {
    const failure = this.#options.onFailed(error);
    this.#failure = failure;
    this.#writing = null;
    group.done.reject(failure);
    this.#open?.done.reject(failure);
    this.#open = null;
  }
}

function countRecords(indexes: ReadonlyMap<string, RecordIndex>): number {
  let records = 0;
  for (const { size } of indexes.values()) records += size;
  return records;
}

function indexOf(indexes: Map<string, RecordIndex>, saleId: string): RecordIndex {
  const known = indexes.get(saleId);
  if (known) return known;
  const index = new RecordIndex();
  indexes.set(saleId, index);
  return index;
}

function startKey(saleId: string): string {
  return `sale!${saleId}!`;
}

/** Behind every record of the sale: `"` follows `!`. */
function endKey(saleId: string): string {
  return `sale!${saleId}"`;
}

function recordKey(saleId: string, number: number): string {
  return `${startKey(saleId)}${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

function saleIdOf(key: string): string {
  return key.slice('sale!'.length, -(NUMBER_DIGITS + 1));
}

function numberOf(key: string): number {
  return Number(key.slice(-NUMBER_DIGITS));
}

function headPut(head: Head) {
  return { type: 'put' as const, key: HEAD_KEY, value: encodeRecord(HEAD_KEY, head) };
}

function decodeContent(directory: string, key: string, record: Buffer): RecordContent {
  const stored = decodeRecord<StoredRecord>(key, record);
  if (!stored) throw new DamagedJournal(directory, `record ${key} fails its checksum`);
  return unpackRecord(saleIdOf(key), stored);
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

/** Returns what is where. Each sale's records must follow each other without a gap. */
async function replayRecords(
  db: ClassicLevel<string, Buffer>,
  directory: string,
  replay: JournalOptions['replay'],
): Promise<Map<string, RecordIndex>> {
  const indexes = new Map<string, RecordIndex>();
  for await (const [key, record] of db.iterator({ gte: 'sale!', lt: 'sale"' })) {
    const saleId = saleIdOf(key);
    const index = indexOf(indexes, saleId);
    if (numberOf(key) !== index.size) throw missingRecords(directory, saleId, index.size, numberOf(key));
    const content = decodeContent(directory, key, record);
    replay(saleId, content);
    index.add(content);
  }
  return indexes;
}

function missingRecords(directory: string, saleId: string, expected: number, found: number): DamagedJournal {
  const missing = found === expected + 1 ? `record ${expected} is` : `records ${expected} to ${found - 1} are`;
  return new DamagedJournal(directory, `${missing} missing from sale ${saleId}`);
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

/** Takes the directory over from whoever had it before, and from every copy of it. */
async function renewHead(db: ClassicLevel<string, Buffer>, known: Head | null): Promise<LeasedHead> {
  const head = { format: FORMAT, incarnation: randomUUID(), records: 0, ...known, lease: randomUUID() };
  await db.batch([headPut(head)], { sync: true });
  return head;
}

function asDamage(error: unknown, directory: string): unknown {
  const code = (error as { code?: string }).code ?? '';
  if (!code.startsWith('LEVEL_')) return error;
  return new DamagedJournal(directory, `LevelDB cannot read it (${(error as Error).message})`, { cause: error });
}
