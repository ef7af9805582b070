import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** How a draw came out: with the list of its entries, all that it takes to compute it again. */
export interface DrawResult {
  /** Tickets 1 to `entrants` took part. */
  readonly entrants: number;
  /** SHA-256 over the entries in the order of their tickets, hexadecimal. */
  readonly listHash: string;
  /** The seed that was committed to, hexadecimal: its SHA-256 was public before the list was closed. */
  readonly committedSeed: string;
  /** Null: trusted to the operator. */
  readonly beacon: DrawBeacon | null;
  /** What the places follow from, hexadecimal: see `finalSeed`. */
  readonly seed: string;
}

export interface DrawBeacon {
  readonly url: string;
  readonly round: number;
  /** Hexadecimal. */
  readonly randomness: string;
  /** Hexadecimal. */
  readonly signature: string;
}

/** Four rounds are biased for short lists. */
const ROUNDS = 8;

/**
 * Places by lot: a permutation of `[0, size)` that follows from a seed alone. A balanced Feistel network over the next
 * even power of two, its round function HMAC-SHA256 under the seed of `round (1 byte) ‖ right half (4 bytes, big
 * endian)`, of which the first 4 bytes count; a value outside the range is permuted again until it falls inside
 * (cycle walking). Luby and Rackoff 1988; Black and Rogaway 2002.
 */
export class Permutation {
  readonly #keyed: ReturnType<typeof hmac.create>;
  readonly #size: number;
  readonly #halfBits: number;

  /** @param seed hexadecimal */
  constructor(seed: string, size: number) {
    this.#keyed = hmac.create(sha256, hexToBytes(seed));
    this.#size = size;
    this.#halfBits = Math.max(1, Math.ceil(Math.ceil(Math.log2(Math.max(2, size))) / 2));
  }

  /** Where `index` comes to stand. */
  at(index: number): number {
    let value = index;
    do value = this.#permute(value);
    while (value >= this.#size);
    return value;
  }

  #permute(value: number): number {
    const mask = 2 ** this.#halfBits - 1;
    let left = value >>> this.#halfBits;
    let right = value & mask;
    for (let round = 0; round < ROUNDS; round++) {
      [left, right] = [right, (left ^ this.#scramble(round, right)) & mask];
    }
    return ((left << this.#halfBits) | right) >>> 0;
  }

  #scramble(round: number, half: number): number {
    const block = new Uint8Array(5);
    const view = new DataView(block.buffer);
    view.setUint8(0, round);
    view.setUint32(1, half);
    const digest = this.#keyed.clone().update(block).digest();
    return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
  }
}
