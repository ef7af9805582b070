import { BeaconInvalid } from '../beacon.ts';
import { type DrandChain, type DrandRound, isDrandScheme } from './drand-chain.ts';

/** What the first version of drand's HTTP API answers. Both throw `BeaconInvalid` for anything else. */

/** `GET {chain}/info` */
export function readChain(answer: unknown): DrandChain {
  const { public_key, period, genesis_time, groupHash, schemeID, metadata } = objectOf(answer);
  const { beaconID } = objectOf(metadata);
  if (
    isHex(public_key) &&
    isCount(period) &&
    isCount(genesis_time) &&
    isHex(groupHash) &&
    typeof beaconID === 'string' &&
    typeof schemeID === 'string'
  ) {
    if (!isDrandScheme(schemeID)) throw new BeaconInvalid(`the scheme ${schemeID} is not known`);
    return {
      publicKey: public_key,
      periodSeconds: period,
      genesisTime: genesis_time,
      groupHash,
      beaconId: beaconID,
      scheme: schemeID,
    };
  }
  throw new BeaconInvalid('the answer is no chain information');
}

/** `GET {chain}/public/{round}` */
export function readRound(answer: unknown): DrandRound {
  const { round, signature, previous_signature } = objectOf(answer);
  if (isCount(round) && isHex(signature)) {
    return { round, signature, previousSignature: isHex(previous_signature) ? previous_signature : null };
  }
  throw new BeaconInvalid('the answer is no round');
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^([0-9a-f]{2})+$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
