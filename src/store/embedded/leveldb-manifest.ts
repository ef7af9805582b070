import { ByteReader } from './byte-reader.ts';
import { maskedCrc32c } from './crc32c.ts';

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const LAST = 4;

/** Which files a LevelDB consists of. */
export interface LiveFiles {
  /** The write-ahead log that is read first. */
  readonly logNumber: number;
  /** Size in bytes by number. */
  readonly tables: ReadonlyMap<number, number>;
}

/**
 * Reads a LevelDB `MANIFEST` (doc/log_format.md and db/version_edit.cc of LevelDB). Null when it fails a checksum or
 * makes no sense. A record that is cut off at the end was never finished, and is left out as LevelDB leaves it out.
 */
export function readManifest(content: Buffer): LiveFiles | null {
  const files = { logNumber: 0, tables: new Map<number, number>() };
  try {
    for (const edit of records(content)) applyEdit(files, new ByteReader(edit));
    return files;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function* records(content: Buffer): Iterable<Buffer> {
  let fragments: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= content.length; ) {
    const leftInBlock = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (leftInBlock < HEADER_BYTES) {
      at += leftInBlock;
      continue;
    }
    const end = at + HEADER_BYTES + content.readUInt16LE(at + 4);
    if (end > content.length) return;
    const type = content.readUInt8(at + 6);
    if (maskedCrc32c(content.subarray(at + 6, end)) !== content.readUInt32LE(at)) throw new RangeError('bad checksum');
    fragments.push(content.subarray(at + HEADER_BYTES, end));
    if (type === FULL || type === LAST) {
      yield Buffer.concat(fragments);
      fragments = [];
    }
    at = end;
  }
}

function applyEdit(files: { logNumber: number; tables: Map<number, number> }, edit: ByteReader): void {
  while (!edit.done) {
    const tag = edit.varint();
    switch (tag) {
      case 1: // name of the comparator
        edit.prefixedBytes();
        break;
      case 2:
        files.logNumber = edit.varint();
        break;
      case 3: // next file number
      case 4: // last sequence number
      case 9: // number of the log before, no longer in use
        edit.varint();
        break;
      case 5: // where a level's next compaction begins
        edit.varint();
        edit.prefixedBytes();
        break;
      case 6:
        edit.varint();
        files.tables.delete(edit.varint());
        break;
      case 7:
        addTable(files.tables, edit);
        break;
      default:
        throw new RangeError(`unknown tag ${tag}`);
    }
  }
}

function addTable(tables: Map<number, number>, edit: ByteReader): void {
  edit.varint(); // level
  tables.set(edit.varint(), edit.varint());
  edit.prefixedBytes(); // smallest key
  edit.prefixedBytes(); // largest key
}
