import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DrawPlan } from './sale.ts';

/**
 * The arithmetic of a draw that anyone can repeat: docs/draw.md says it in words, byte for byte. Nothing here is
 * bound to a platform, so that a browser checks a draw with the code that made it. Hashes, seeds and keys are
 * hexadecimal.
 */

/** How a draw came out: with the list of its entries, all that it takes to compute it again. */
export interface DrawResult {
  /** Tickets 1 to `entrants` took part. */
  readonly entrants: number;
  /** SHA-256 over the entries in the order of their tickets. */
  readonly listHash: string;
  /** The seed that was committed to: its SHA-256 was public before the list was closed. */
  readonly committedSeed: string;
  /** Null: trusted to the operator. */
  readonly beacon: DrawBeacon | null;
  /** What the places follow from: see `finalSeed`. */
  readonly seed: string;
}

/** A round of public randomness, with what proves it. */
export interface DrawBeacon {
  readonly url: string;
  readonly round: number;
  readonly randomness: string;
  readonly signature: string;
}

export const ENTRY_BYTES = 32;

const NONCE_BYTES = 16;

/** What is public of a committed seed from the beginning. */
export function commitmentOf(committedSeed: string): string {
  return bytesToHex(sha256(hexToBytes(committedSeed)));
}

/** What a beacon's signature of a round yields. Both hexadecimal. */
export function randomnessOf(signature: string): string {
  return bytesToHex(sha256(hexToBytes(signature)));
}

/** The seed of the places: settled by nobody alone once list and commitment are public and the beacon's round is not. */
export function finalSeed({ committedSeed, listHash, entrants, beacon }: Omit<DrawResult, 'seed'>): string {
  const publicPart = beacon ? [integer(beacon.round), hexToBytes(beacon.randomness)] : [utf8ToBytes('none')];
  const parts = [hexToBytes(committedSeed), hexToBytes(listHash), integer(entrants), ...publicPart];
  return bytesToHex(digest('tidegate draw seed v1', parts));
}

/** What the holder of a ticket alone is told: it makes their entry recognisable to them. Base64url, 16 bytes. */
export function entryNonce({ entrySecret }: DrawPlan, ticket: number): string {
  return toBase64url(nonceOf(hmac.create(sha256, hexToBytes(entrySecret)), ticket));
}

export interface DrawEntrant {
  readonly saleId: string;
  readonly ticket: number;
  readonly userId: string;
  /** Base64url, as the queue token tells it. */
  readonly nonce: string;
}

/** The entry that stands for an entrant in the published list: 32 bytes that tell nothing without the nonce. */
export function drawEntry({ saleId, ticket, userId, nonce }: DrawEntrant): Uint8Array {
  return sealEntry(utf8ToBytes(saleId), ticket, userId, fromBase64url(nonce));
}

/** The list of entrants as it is written down, ticket by ticket. */
export class EntryList {
  readonly #saleId: Uint8Array;
  readonly #keyed: Keyed;
  readonly #hash = sha256.create();
  #size = 0;

  constructor(saleId: string, { entrySecret }: DrawPlan) {
    this.#saleId = utf8ToBytes(saleId);
    this.#keyed = hmac.create(sha256, hexToBytes(entrySecret));
  }

  get size(): number {
    return this.#size;
  }

  /** The entry of the next ticket, which `userId` holds. */
  add(userId: string): Uint8Array {
    this.#size += 1;
    const entry = sealEntry(this.#saleId, this.#size, userId, nonceOf(this.#keyed, this.#size));
    this.#hash.update(entry);
    return entry;
  }

  /** The list hash so far. */
  hash(): string {
    return bytesToHex(this.#hash.clone().digest());
  }
}

/** @param entries all of them, one behind the other, in any pieces */
export function listHashOf(entries: Iterable<Uint8Array>): string {
  const hash = sha256.create();
  for (const piece of entries) hash.update(piece);
  return bytesToHex(hash.digest());
}

/** Four rounds are biased. */
const ROUNDS = 8;
/** With less, some orders of a short list come up more often than others, however many rounds there are: docs/decisions/0009. */
const MIN_HALF_BITS = 4;
const MAX_SIZE = 2 ** 32;
const UNKNOWN = -1;

/**
 * Places by lot: a permutation of `[0, size)` that follows from a seed alone. A balanced Feistel network over the next
 * even power of two, at least 256, its round function HMAC-SHA256 under the seed of `round (1 byte) ‖ right half (4 bytes, big
 * endian)`, of which the low bits of the first 4 bytes count; a value outside the range is permuted again until it falls
 * inside (cycle walking). Luby and Rackoff 1988; Black and Rogaway 2002.
 *
 * A half has few values, so each is scrambled once and remembered: a million places take 8,192 HMACs.
 */
export class Permutation {
  readonly #keyed: Keyed;
  readonly size: number;
  readonly #halfBits: number;
  /** By round and half. */
  readonly #scrambled: Int32Array;

  /** @throws RangeError when `size` is no whole number from 0 to 2^32 */
  constructor(seed: string, size: number) {
    if (!Number.isInteger(size) || size < 0 || size > MAX_SIZE) throw new RangeError(`no list has ${size} entries`);
    this.#keyed = hmac.create(sha256, hexToBytes(seed));
    this.size = size;
    this.#halfBits = halfBitsFor(size);
    this.#scrambled = new Int32Array(ROUNDS << this.#halfBits).fill(UNKNOWN);
  }

  /**
   * Where `index` comes to stand.
   * @throws RangeError when it is not in the list
   */
  at(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size)
      throw new RangeError(`${index} is not in the list`);
    let value = index;
    do value = this.#permute(value);
    while (value >= this.size);
    return value;
  }

  #permute(value: number): number {
    const mask = (1 << this.#halfBits) - 1;
    let left = value >>> this.#halfBits;
    let right = value & mask;
    for (let round = 0; round < ROUNDS; round++) {
      [left, right] = [right, left ^ this.#scramble(round, right)];
    }
    return ((left << this.#halfBits) | right) >>> 0;
  }

  #scramble(round: number, half: number): number {
    const slot = (round << this.#halfBits) | half;
    const known = this.#scrambled[slot] ?? UNKNOWN;
    if (known !== UNKNOWN) return known;
    const scrambled = this.#hmac(round, half) & ((1 << this.#halfBits) - 1);
    this.#scrambled[slot] = scrambled;
    return scrambled;
  }

  #hmac(round: number, half: number): number {
    const block = new Uint8Array(5);
    const view = new DataView(block.buffer);
    view.setUint8(0, round);
    view.setUint32(1, half);
    const code = this.#keyed.clone().update(block).digest();
    return new DataView(code.buffer, code.byteOffset).getUint32(0);
  }
}

type Keyed = ReturnType<typeof hmac.create>;

function halfBitsFor(size: number): number {
  let bits = MIN_HALF_BITS;
  while (4 ** bits < size) bits++;
  return bits;
}

function nonceOf(keyed: Keyed, ticket: number): Uint8Array {
  return keyed.clone().update(integer(ticket)).digest().subarray(0, NONCE_BYTES);
}

function sealEntry(saleId: Uint8Array, ticket: number, userId: string, nonce: Uint8Array): Uint8Array {
  return digest('tidegate draw entry v1', [saleId, integer(ticket), utf8ToBytes(userId), nonce]);
}

/** SHA-256 of the label and the parts, each behind its length (4 bytes, big endian): no two lists look alike. */
function digest(label: string, parts: readonly Uint8Array[]): Uint8Array {
  const fields = [utf8ToBytes(label), ...parts];
  const message = new Uint8Array(fields.reduce((sum, { length }) => sum + 4 + length, 0));
  const view = new DataView(message.buffer);
  let end = 0;
  for (const field of fields) {
    view.setUint32(end, field.length);
    message.set(field, end + 4);
    end += 4 + field.length;
  }
  return sha256(message);
}

/** 8 bytes, big endian. */
function integer(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

/** Without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** @throws DOMException when `text` is no base64url */
export function fromBase64url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
