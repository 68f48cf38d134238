import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet. Loopback, private and link-local ones (so the metadata services of
 * clouds), those of carriers, documentation and multicast do not; an IPv4 address inside an IPv6 one counts as itself.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Ranges that lead to an IPv4 address, such as 64:ff9b::/96 and 2002::/16, have names of their own.
  return ipaddr.process(address).range() === 'unicast';
}

/**
 * The same, or one of a private network. Loopback and link-local addresses, behind which the metadata services of clouds
 * are, stay refused.
 */
export function isPublicOrPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat'].includes(ipaddr.process(address).range());
}
