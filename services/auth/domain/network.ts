import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network of an address: the first 24 bits of IPv4, the first 48 of IPv6. Enough to see that somebody came from elsewhere, too little to
 * name a household. undefined for what is no address.
 */
export function networkOf(address: string): string | undefined {
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(address)) return undefined;
  return `${groupsOf(address).slice(0, 3).join(':')}::/48`;
}

/** The part of an address that one subscriber has: the whole of IPv4, the first 64 bits of IPv6, of which everybody has as many as they like. */
export function placeOf(address: string): string {
  return isIPv6(address) ? groupsOf(address).slice(0, 4).join(':') : address;
}

/** The first groups of an IPv6 address, written out. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const [front, back] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const missing = tail === undefined ? 0 : 8 - (front?.length ?? 0) - (back?.length ?? 0);
  return [...(front ?? []), ...Array<string>(Math.max(0, missing)).fill('0'), ...(back ?? [])].map((group) =>
    group.replace(/^0+(?=.)/, ''),
  );
}
