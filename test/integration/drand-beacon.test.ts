import { describe, expect, it } from 'vitest';
import { BeaconInvalid, BeaconUnavailable } from '../../src/beacon/beacon.ts';
import { DrandBeacon } from '../../src/beacon/drand/drand-beacon.ts';
import { unusedPort } from '../support/cli-process.ts';
import {
  MAINNET,
  MAINNET_1,
  MAINNET_5347804,
  QUICKNET,
  QUICKNET_42,
  QUICKNET_657413,
} from '../support/drand-records.ts';
import { type DrandRelay, json, silence, startDrandRelay, status, text } from '../support/drand-relay.ts';

const PATIENCE_MS = 20_000;

function beaconOf({ url }: DrandRelay, timeoutMs = PATIENCE_MS): DrandBeacon {
  return new DrandBeacon({ url, timeoutMs });
}

describe('a round', () => {
  it.each([
    ['quicknet', QUICKNET, QUICKNET_42],
    ['quicknet, later', QUICKNET, QUICKNET_657413],
    ['the first mainnet chain, round 1', MAINNET, MAINNET_1],
    ['the first mainnet chain, later', MAINNET, MAINNET_5347804],
  ])('of %s is verified', async (_, chain, recorded) => {
    const relay = await startDrandRelay(chain, [recorded]);
    expect(await beaconOf(relay).fetchRound(recorded.round)).toEqual({
      url: relay.url,
      round: recorded.round,
      randomness: recorded.randomness,
      signature: recorded.signature,
    });
  });

  it('has the randomness that follows from its signature, whatever the relay says', async () => {
    const relay = await startDrandRelay();
    relay.answer('public/42', json({ ...QUICKNET_42, randomness: '00'.repeat(32) }));
    expect(await beaconOf(relay).fetchRound(42)).toMatchObject({ randomness: QUICKNET_42.randomness });
  });

  it.each([
    ['with the signature of another round', { ...QUICKNET_657413, round: 42 }],
    ['with a forged signature', { ...QUICKNET_42, signature: `${QUICKNET_42.signature.slice(0, -2)}6b` }],
    ['with a signature of zeros', { ...QUICKNET_42, signature: '00'.repeat(48) }],
    ['with the point at infinity for a signature', { ...QUICKNET_42, signature: `c0${'00'.repeat(47)}` }],
    ['with another number', QUICKNET_657413],
    ['without a signature', { round: 42, randomness: QUICKNET_42.randomness }],
    ['that is a list', []],
    ['that is null', null],
  ])('%s is refused for good', async (_, answer) => {
    const relay = await startDrandRelay();
    relay.answer('public/42', json(answer));
    await expect(beaconOf(relay).fetchRound(42)).rejects.toThrow(BeaconInvalid);
  });

  it('of a chained scheme is refused when it does not continue the round before', async () => {
    const relay = await startDrandRelay(MAINNET, [MAINNET_1]);
    relay.answer('public/1', json({ ...MAINNET_1, previous_signature: MAINNET.hash }));
    await expect(beaconOf(relay).fetchRound(1)).rejects.toThrow(BeaconInvalid);
    relay.answer('public/1', json({ ...MAINNET_1, previous_signature: undefined }));
    await expect(beaconOf(relay).fetchRound(1)).rejects.toThrow(BeaconInvalid);
  });

  it('that is garbage is refused for good', async () => {
    const relay = await startDrandRelay();
    relay.answer('public/42', text('<html>'));
    await expect(beaconOf(relay).fetchRound(42)).rejects.toThrow(BeaconInvalid);
  });
});

describe('a relay', () => {
  it('that serves another chain under the hash is refused', async () => {
    const relay = await startDrandRelay();
    relay.answer('info', json({ ...MAINNET, hash: QUICKNET.hash }));
    await expect(beaconOf(relay).fetchRound(42)).rejects.toThrow(BeaconInvalid);
  });

  it.each([
    ['period', { period: 30 }],
    ['genesis_time', { genesis_time: 1692803368 }],
    ['public_key', { public_key: MAINNET.public_key }],
    ['groupHash', { groupHash: MAINNET.groupHash }],
    ['beacon id', { metadata: { beaconID: 'other' } }],
    ['scheme', { schemeID: 'bls-unchained-on-g1' }],
    ['form', { period: '3' }],
  ])('that changes the %s of the chain is refused', async (_, change) => {
    const relay = await startDrandRelay();
    relay.answer('info', json({ ...QUICKNET, ...change }));
    await expect(beaconOf(relay).roundAfter(Date.now())).rejects.toThrow(BeaconInvalid);
  });

  it('that does not have the round yet may be asked again', async () => {
    const relay = await startDrandRelay();
    const beacon = beaconOf(relay);
    relay.answer('public/42', status(404));
    await expect(beacon.fetchRound(42)).rejects.toThrow(BeaconUnavailable);
    relay.answer('public/42', null);
    expect(await beacon.fetchRound(42)).toMatchObject({ round: 42 });
  });

  it('that says nothing is given up after a while', async () => {
    const relay = await startDrandRelay();
    relay.answer('public/42', silence);
    await expect(beaconOf(relay, 100).fetchRound(42)).rejects.toThrow(BeaconUnavailable);
  });

  it('that is not there is told apart from one that lies', async () => {
    const beacon = new DrandBeacon({ url: `http://127.0.0.1:${await unusedPort()}/${QUICKNET.hash}` });
    await expect(beacon.fetchRound(42)).rejects.toThrow(BeaconUnavailable);
  });

  it('is asked once what its chain is', async () => {
    const relay = await startDrandRelay();
    const beacon = beaconOf(relay);
    await beacon.roundAfter(Date.now());
    await beacon.roundAfter(Date.now());
    await beacon.fetchRound(42);
    expect(relay.asked()).toEqual(['info', 'public/42']);
  });
});

describe('the round after a moment', () => {
  const dueAtMs = (QUICKNET.genesis_time + 41 * QUICKNET.period) * 1000;

  it.each([
    ['when it is due at that moment', 0, 42],
    ['a millisecond before', -1, 42],
    ['a millisecond later', 1, 43],
    ['just behind the round before', -2_999, 42],
    ['when the round before is due', -3_000, 41],
  ])('%s', async (_, offsetMs, round) => {
    const relay = await startDrandRelay();
    const named = await beaconOf(relay).roundAfter(dueAtMs + offsetMs);
    expect(named).toEqual({ url: relay.url, round, dueAtMs: dueAtMs + (round - 42) * 3_000 });
  });

  it('is the first one before the chain began', async () => {
    expect(await beaconOf(await startDrandRelay()).roundAfter(0)).toMatchObject({ round: 1 });
  });
});
