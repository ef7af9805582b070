import { ByteReader } from './byte-reader.ts';
import { maskedCrc32c } from './crc32c.ts';

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** Behind each block: one byte for its compression, four for its checksum. */
const TRAILER_BYTES = 5;
const UNCOMPRESSED = 0;

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/** Does every block of an uncompressed LevelDB table pass its checksum? (doc/table_format.md of LevelDB) */
export function isTableIntact(content: Buffer): boolean {
  try {
    const footer = content.subarray(-FOOTER_BYTES);
    if (footer.length < FOOTER_BYTES || !footer.subarray(-MAGIC.length).equals(MAGIC)) return false;
    const reader = new ByteReader(footer);
    const metaIndex = readBlock(content, readHandle(reader));
    const index = readBlock(content, readHandle(reader));
    for (const handle of [...handlesIn(metaIndex), ...handlesIn(index)]) readBlock(content, handle);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function readHandle(reader: ByteReader): BlockHandle {
  return { offset: reader.varint(), size: reader.varint() };
}

function readBlock(content: Buffer, { offset, size }: BlockHandle): Buffer {
  const end = offset + size;
  if (end + TRAILER_BYTES > content.length) throw new RangeError('a block ends behind its table');
  const checksum = maskedCrc32c(content.subarray(offset, end + 1));
  if (checksum !== content.readUInt32LE(end + 1)) throw new RangeError('bad checksum');
  if (content.readUInt8(end) !== UNCOMPRESSED) throw new RangeError('a block is compressed');
  return content.subarray(offset, end);
}

/** The values of an index block are handles; its keys and restart points are of no interest here. */
function* handlesIn(block: Buffer): Iterable<BlockHandle> {
  const restarts = block.readUInt32LE(block.length - 4);
  const entries = new ByteReader(block.subarray(0, block.length - 4 * (restarts + 1)));
  while (!entries.done) {
    entries.varint(); // bytes of the key shared with the one before
    const keyBytes = entries.varint();
    const valueBytes = entries.varint();
    entries.bytes(keyBytes);
    yield readHandle(new ByteReader(entries.bytes(valueBytes)));
  }
}
