import ipaddr from 'ipaddr.js';

/** Whether an IP address is one of a network, such as `10.0.0.0/24`. */
export function addressIn(ip: string, cidr: string): boolean {
  // Without short forms such as 10.1, which stands for 10.0.0.1.
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(ip) || ipaddr.IPv6.isValid(ip);
  if (!isAddress || !ipaddr.isValidCIDR(cidr)) return false;
  const address = ipaddr.parse(ip);
  const network = ipaddr.parseCIDR(cidr);
  return address.kind() === network[0].kind() && address.match(network);
}

/** How many addresses are from the first to the last; a very large number stands for more than can be counted. */
export function addressesIn(first: string, last: string): number {
  const [from, to] = [first, last].map((text) => ipaddr.parse(text).toByteArray());
  const difference = (to ?? []).reduce((sum, byte, index) => sum * 256 + byte - (from?.[index] ?? 0), 0);
  return Math.min(Number.MAX_SAFE_INTEGER, difference + 1);
}
