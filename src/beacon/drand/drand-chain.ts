import { bls12_381 } from '@noble/curves/bls12-381.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { randomnessOf } from '../../domain/draw.ts';
import { BeaconInvalid } from '../beacon.ts';

/** What a drand network says of one of its chains (`/info`). Byte strings are hexadecimal. */
export interface DrandChain {
  readonly publicKey: string;
  readonly periodSeconds: number;
  /** When round 1 was due: seconds since the epoch. */
  readonly genesisTime: number;
  readonly groupHash: string;
  readonly beaconId: string;
  readonly scheme: DrandScheme;
}

export interface DrandRound {
  readonly round: number;
  readonly signature: string;
  /** With chained schemes: the signature of the round before. */
  readonly previousSignature: string | null;
}

export type DrandScheme = keyof typeof VERIFIERS;

/** Quicknet's, and that of the first mainnet chain. */
const VERIFIERS = {
  'bls-unchained-g1-rfc9380': ({ publicKey }: DrandChain, { round, signature }: DrandRound): boolean => {
    const message = bls12_381.shortSignatures.hash(sha256(roundBytes(round)), SIGNATURES_ON_G1);
    return bls12_381.shortSignatures.verify(hexToBytes(signature), message, hexToBytes(publicKey));
  },
  'pedersen-bls-chained': ({ publicKey }: DrandChain, { round, signature, previousSignature }: DrandRound): boolean => {
    const signed = concatBytes(hexToBytes(previousSignature ?? ''), roundBytes(round));
    const message = bls12_381.longSignatures.hash(sha256(signed), SIGNATURES_ON_G2);
    return bls12_381.longSignatures.verify(hexToBytes(signature), message, hexToBytes(publicKey));
  },
} as const;

const SIGNATURES_ON_G1 = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const SIGNATURES_ON_G2 = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_';
/** Has no part in the hash of its chain. */
const DEFAULT_BEACON_ID = 'default';

export function isDrandScheme(scheme: string): scheme is DrandScheme {
  return Object.hasOwn(VERIFIERS, scheme);
}

/**
 * The hash that names a chain: whoever has it needs to trust nobody for the rest. It leaves the scheme out, but of the
 * two that are known here each takes keys of its own length. As drand computes it: `common/chain/info.go`.
 */
export function chainHash({ periodSeconds, genesisTime, publicKey, groupHash, beaconId }: DrandChain): string {
  const times = new Uint8Array(12);
  const view = new DataView(times.buffer);
  view.setUint32(0, periodSeconds);
  view.setBigInt64(4, BigInt(genesisTime));
  const id = beaconId === DEFAULT_BEACON_ID ? '' : beaconId;
  return bytesToHex(sha256(concatBytes(times, hexToBytes(publicKey), hexToBytes(groupHash), utf8ToBytes(id))));
}

export function roundDueAtMs({ genesisTime, periodSeconds }: DrandChain, round: number): number {
  return (genesisTime + (round - 1) * periodSeconds) * 1000;
}

/** The first round that is due at `atMs` or later. */
export function roundDueFrom(chain: DrandChain, atMs: number): number {
  return Math.max(1, Math.ceil((atMs - chain.genesisTime * 1000) / (chain.periodSeconds * 1000)) + 1);
}

/** The randomness of a round: SHA-256 of its signature. Throws `BeaconInvalid` unless the chain's key made that. */
export function verifiedRandomness(chain: DrandChain, round: DrandRound): string {
  if (!isSigned(chain, round)) throw new BeaconInvalid(`the signature of round ${round.round} is not the chain's`);
  return randomnessOf(round.signature);
}

function isSigned(chain: DrandChain, round: DrandRound): boolean {
  try {
    return VERIFIERS[chain.scheme](chain, round);
  } catch (cause) {
    throw new BeaconInvalid(`the signature of round ${round.round} is none`, { cause });
  }
}

function roundBytes(round: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(round));
  return bytes;
}
