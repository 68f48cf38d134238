import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to the public internet. Loopback, private and link-local ones (so the metadata services of
 * clouds), those of carriers, documentation and multicast do not; an IPv4 address inside an IPv6 one counts as itself.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // Ranges that lead to an IPv4 address, such as 64:ff9b::/96 and 2002::/16, have their own names.
  return ipaddr.process(address).range() === 'unicast';
}

/** Metadata services within the ranges of private networks: of EC2 by IPv6, and of Alibaba Cloud. */
const metadataServices = ['fd00:ec2::254', '100.100.100.200'];

/**
 * The same, or one of a private network. Loopback and link-local addresses, and the metadata services of clouds, stay
 * refused.
 */
export function isPublicOrPrivateAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const processed = ipaddr.process(address);
  if (metadataServices.includes(processed.toString())) return false;
  return ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat'].includes(processed.range());
}
