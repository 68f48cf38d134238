import ipaddr from 'ipaddr.js';

export interface RecordKey {
  readonly zone: string;
  readonly name: string;
  readonly type: RecordType;
}

export type RecordType = 'A' | 'AAAA' | 'PTR';

export interface RecordContent {
  /** In seconds; null for the zone's own. */
  readonly ttl: number | null;
  /** Addresses, or names with a dot at their end. */
  readonly values: readonly string[];
  /** A person's note on it, if the service keeps such texts. */
  readonly note?: string | null;
}

/** Lower case, without the dot at its end. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

export function isInZone(name: string, zone: string): boolean {
  const [inner, outer] = [canonicalName(name), canonicalName(zone)];
  return inner === outer || inner.endsWith(`.${outer}`);
}

export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

export function addressType(address: string): 'A' | 'AAAA' {
  return ipaddr.parse(address).kind() === 'ipv4' ? 'A' : 'AAAA';
}

/** Such as `21.0.20.10.in-addr.arpa`. Source: RFC 1035, section 3.5, and RFC 3596, section 2.5. */
export function reverseName(address: string): string {
  const parsed = ipaddr.parse(address);
  const bytes = parsed.toByteArray().reverse();
  return parsed.kind() === 'ipv4'
    ? `${bytes.join('.')}.in-addr.arpa`
    : `${bytes.flatMap((byte) => [byte & 15, byte >> 4].map((nibble) => nibble.toString(16))).join('.')}.ip6.arpa`;
}

/** The longest of the zones that has the name. */
export function zoneOf(name: string, zones: readonly string[]): string | undefined {
  return zones.filter((zone) => isInZone(name, zone)).sort((a, b) => b.length - a.length)[0];
}

/** Whether both are the same set of values, in whatever order and case. A TTL of null, which is the zone's, is any. */
export function isSameContent(one: RecordContent | null, other: RecordContent | null): boolean {
  if (one === null || other === null) return one === other;
  const isSameTtl = one.ttl === null || other.ttl === null || one.ttl === other.ttl;
  return isSameTtl && isSameValues(one.values, other.values);
}

export function isSameValues(one: readonly string[], other: readonly string[]): boolean {
  const plain = (values: readonly string[]): string => [...new Set(values.map(plainValue))].sort().join(' ');
  return plain(one) === plain(other);
}

function plainValue(value: string): string {
  return isAddress(value) ? ipaddr.parse(value).toString() : canonicalName(value);
}

/** For people, such as `A web-1.acme.example`. */
export function shownKey({ type, name }: RecordKey): string {
  return `${type} ${name}`;
}

/** For people, such as `10.0.0.5 (TTL 300)`. */
export function shownContent(content: RecordContent | null): string {
  if (content === null) return 'nothing';
  return `${content.values.join(', ')}${content.ttl === null ? '' : ` (TTL ${content.ttl})`}`;
}
