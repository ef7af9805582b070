import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceIdOf } from './device-id.ts';

const fingerprint = fc.string({ minLength: 1, maxLength: 200 });

test('is the same for the same fingerprint, another for any other, and short', () => {
  fc.assert(
    fc.property(fingerprint, fingerprint, (one, other) => {
      expect(deviceIdOf(one)).toMatch(/^[\w-]{22}$/);
      expect(deviceIdOf(one) === deviceIdOf(other)).toBe(one === other);
    }),
  );
});
