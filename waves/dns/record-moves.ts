import type { DnsNames, Payload } from '../payload/payload.js';
import { CutoverError } from '../machines/errors.js';
import type { DnsService } from './dns-service.js';
import { addressType, canonicalName, isSameContent, isSameValues, reverseName, shownKey, zoneOf } from './records.js';
import type { RecordContent, RecordKey } from './records.js';

/** The change of one record set; null if there is none. */
export interface RecordMove extends RecordKey {
  readonly before: RecordContent | null;
  readonly after: RecordContent | null;
}

/** Names of the machine, of which the first is that of its addresses. */
export function namesOf(dns: DnsNames, targetVmName: string): readonly string[] {
  return (dns.names ?? [`${targetVmName}.${canonicalName(dns.zone)}`]).map(canonicalName);
}

/** Zones that the records of a machine may be in. */
export function zonesOf(dns: DnsNames): readonly string[] {
  return [dns.zone, ...(dns.reverseZones ?? [])].map(canonicalName);
}

/** The changes by which the machine is found at its new addresses. Changes nothing. Throws a CutoverError. */
export async function planMoves(
  service: DnsService,
  { dns, targetVmName }: { readonly dns: DnsNames } & Pick<Payload, 'targetVmName'>,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<readonly RecordMove[]> {
  const names = namesOf(dns, targetVmName);
  const forward: RecordMove[] = [];
  for (const name of names)
    for (const type of ['A', 'AAAA'] as const) {
      const key = { zone: canonicalName(dns.zone), name, type };
      const before = await service.read(key, signal);
      const values = addresses.filter((address) => addressType(address) === type);
      const problem = sharedProblem(key, before, values);
      if (problem !== null) throw new CutoverError(problem);
      forward.push({ ...key, before, after: values.length === 0 ? null : contentOf(dns, before, values) });
    }
  const reverse = await reverseMoves(service, dns, names, { forward, addresses }, signal);
  return [...forward, ...reverse].filter(({ before, after }) => !isSameContent(before, after));
}

/** A name that several machines answer to cannot be moved with one of them; null where only this one does. */
export function sharedProblem(key: RecordKey, before: RecordContent | null, values: readonly string[]): string | null {
  if (before === null || before.values.length <= 1 || isSameValues(before.values, values)) return null;
  return `${shownKey(key)} has ${before.values.length} addresses (${before.values.join(', ')}), and which one is the machine's is not known. Name the machine's own record in dns.names.`;
}

function contentOf(dns: DnsNames, before: RecordContent | null, values: readonly string[]): RecordContent {
  const ttl = dns.ttlSeconds ?? before?.ttl ?? null;
  return { ttl, values, ...(before?.note !== undefined && { note: before.note }) };
}

/** PTR records: of the new addresses, and those of the old ones as far as they lead to the machine. */
async function reverseMoves(
  service: DnsService,
  dns: DnsNames,
  names: readonly string[],
  { forward, addresses }: { readonly forward: readonly RecordMove[]; readonly addresses: readonly string[] },
  signal: AbortSignal,
): Promise<readonly RecordMove[]> {
  const zones = (dns.reverseZones ?? []).map(canonicalName);
  const keyOf = (address: string): RecordKey | undefined => {
    const name = reverseName(address);
    const zone = zoneOf(name, zones);
    return zone === undefined ? undefined : { zone, name, type: 'PTR' };
  };
  const moves = new Map<string, RecordMove>();
  for (const address of addresses) {
    const key = keyOf(address);
    if (key === undefined || moves.has(key.name)) continue;
    const before = await service.read(key, signal);
    moves.set(key.name, { ...key, before, after: contentOf(dns, before, [`${names[0] ?? ''}.`]) });
  }
  for (const address of forward.flatMap(({ before }) => before?.values ?? [])) {
    const key = keyOf(address);
    if (key === undefined || moves.has(key.name)) continue;
    const before = await service.read(key, signal);
    const isOwn = before?.values.every((value) => names.includes(canonicalName(value)));
    if (isOwn === true) moves.set(key.name, { ...key, before, after: null });
  }
  return [...moves.values()];
}
