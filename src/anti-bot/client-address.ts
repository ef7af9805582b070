import { isIPv6 } from 'node:net';

const MAPPED_IPV4 = '::ffff:';
const NETWORK_GROUPS = 4;

/**
 * Whom an address counts as: an IPv6 host has a whole /64 to itself and could change its address with each request,
 * so its network counts; an IPv4 address counts as it is, also when it comes wrapped in IPv6.
 */
export function clientOfAddress(address: string): string {
  if (address.startsWith(MAPPED_IPV4) && address.includes('.')) return address.slice(MAPPED_IPV4.length);
  return address.includes(':') && isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    const size = after.length + (tail.includes('.') ? 1 : 0);
    while (groups.length + size < 8) groups.push('0');
    groups.push(...after);
  }
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  while (network.length < NETWORK_GROUPS) network.push('0');
  return `${network.join(':')}::/64`;
}
