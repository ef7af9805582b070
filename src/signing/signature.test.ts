import { describe, expect, it } from 'vitest';
import { type SignatureHeaders, sign, verifySignature } from './signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const BODY = '{"test": 2432232314}';
const NOW_MS = 1_614_265_330_000;
/** The example that Standard Webhooks libraries are tested against. */
const SIGNED: SignatureHeaders = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

describe('signature', () => {
  it('signs as Standard Webhooks does', () => {
    expect(sign(SECRET, SIGNED['webhook-id'], BODY, NOW_MS + 999)).toEqual(SIGNED);
  });

  it('holds up to five minutes before and after its time', () => {
    for (const shiftMs of [-300_000, 0, 300_000]) {
      expect(verifySignature(SECRET, SIGNED, BODY, NOW_MS + shiftMs)).toBe('valid');
    }
    for (const shiftMs of [-300_001, 300_001]) {
      expect(verifySignature(SECRET, SIGNED, BODY, NOW_MS + shiftMs)).toBe('stale');
    }
  });

  it('covers the id, the time, the body and the secret', () => {
    expect(verifySignature(SECRET, SIGNED, `${BODY} `, NOW_MS)).toBe('forged');
    expect(verifySignature('another', SIGNED, BODY, NOW_MS)).toBe('forged');
    expect(verifySignature(SECRET, { ...SIGNED, 'webhook-id': 'msg_2' }, BODY, NOW_MS)).toBe('forged');
    expect(verifySignature(SECRET, { ...SIGNED, 'webhook-timestamp': '1614265331' }, BODY, NOW_MS)).toBe('forged');
  });

  it('is valid when any of several is, so that a secret can be changed', () => {
    const both = `v1,AAAA v1a,${'A'.repeat(44)} ${SIGNED['webhook-signature']}`;
    expect(verifySignature(SECRET, { ...SIGNED, 'webhook-signature': both }, BODY, NOW_MS)).toBe('valid');
    expect(verifySignature(SECRET, { ...SIGNED, 'webhook-signature': 'v1,AAAA' }, BODY, NOW_MS)).toBe('forged');
  });

  it('is missing when one of its headers is', () => {
    for (const header of Object.keys(SIGNED)) {
      expect(verifySignature(SECRET, { ...SIGNED, [header]: undefined }, BODY, NOW_MS)).toBe('missing');
    }
  });

  it('is stale with a time that is no number', () => {
    const headers = sign(SECRET, 'msg_1', BODY, Number.NaN);
    expect(verifySignature(SECRET, headers, BODY, NOW_MS)).toBe('stale');
  });

  it('takes a secret without prefix as plain text', () => {
    expect(verifySignature('plain', sign('plain', 'msg_1', BODY, NOW_MS), BODY, NOW_MS)).toBe('valid');
  });
});
