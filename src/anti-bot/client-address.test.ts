import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientOfAddress } from './client-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
  ['::1:0:0:0:1', '0:0:0:1::/64'],
  ['not an address', 'not an address'],
])('%s counts as %s', (address, client) => {
  expect(clientOfAddress(address)).toBe(client);
});

test('all addresses of a /64, however they are written, count as one, and those of another do not', () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  const groups = fc.tuple(group, group, group, group);
  fc.assert(
    fc.property(groups, groups, groups, (network, hostA, hostB) => {
      const write = (host: readonly number[]) => [...network, ...host].map((part) => part.toString(16)).join(':');
      const compressed = new URL(`http://[${write(hostB)}]/`).hostname.slice(1, -1);
      fc.pre(!compressed.startsWith('::ffff:'));
      expect(clientOfAddress(compressed)).toBe(clientOfAddress(write(hostA)));
      const other = [network[0] ^ 1, network[1], network[2], network[3], ...hostA]
        .map((part) => part.toString(16))
        .join(':');
      expect(clientOfAddress(other)).not.toBe(clientOfAddress(write(hostA)));
    }),
  );
});
