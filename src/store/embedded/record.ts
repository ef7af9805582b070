import { crc32 } from 'node:zlib';

const CRC_BYTES = 4;

/** A JSON value behind a checksum over key and content: a record that was damaged, or stands in another's place, is seen. */
export function encodeRecord(key: string, value: unknown): Buffer {
  const json = JSON.stringify(value);
  const record = Buffer.allocUnsafe(CRC_BYTES + Buffer.byteLength(json));
  record.write(json, CRC_BYTES);
  record.writeUInt32BE(checksum(key, record), 0);
  return record;
}

/** Null when the record is not what was written under this key. */
export function decodeRecord<T>(key: string, record: Buffer): T | null {
  if (record.length <= CRC_BYTES || record.readUInt32BE(0) !== checksum(key, record)) return null;
  return JSON.parse(record.toString('utf8', CRC_BYTES)) as T;
}

function checksum(key: string, record: Buffer): number {
  return crc32(record.subarray(CRC_BYTES), crc32(key));
}
