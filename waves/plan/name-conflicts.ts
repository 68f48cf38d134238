import type { DnsService } from '../dns/dns-service.js';
import { namesOf, sharedProblem, zonesOf } from '../dns/record-moves.js';
import { canonicalName } from '../dns/records.js';
import { cellPlace } from '../wave-file/index.js';
import type { ReadMachine, WaveProblem } from '../wave-file/index.js';

/** Names that cannot be moved at the cutover: zones that are not there, and names that several machines answer to. */
export async function nameConflicts(
  service: DnsService,
  machines: readonly ReadMachine[],
  signal: AbortSignal,
): Promise<readonly WaveProblem[]> {
  const zones = new Map<string, string | null>();
  const found: WaveProblem[] = [];
  for (const machine of machines) {
    const { dns, targetVmName } = machine.payload;
    if (dns === undefined) continue;
    const problems: string[] = [];
    for (const zone of zonesOf(dns)) {
      if (zones.has(zone)) continue;
      zones.set(zone, await service.zoneProblem(zone, signal));
      problems.push(...[zones.get(zone)].filter((problem) => typeof problem === 'string'));
    }
    const zone = canonicalName(dns.zone);
    for (const name of zones.get(zone) === null ? namesOf(dns, targetVmName) : [])
      for (const type of ['A', 'AAAA'] as const) {
        const key = { zone, name, type };
        const problem = sharedProblem(key, await service.read(key, signal), dns.addresses ?? []);
        if (problem !== null) problems.push(problem);
      }
    found.push(...problems.map((message) => problemOf(cellPlace(machine, nameCells), message)));
  }
  return found;
}

/** Cells of a CSV file that say which names a machine has, and in which zones. */
const nameCells = [['dns', 'names'], ['dns', 'zone'], ['targetVmName']];

function problemOf(place: ReadMachine['place'], message: string): WaveProblem {
  return {
    code: 'wave-dns',
    severity: 'error',
    ...place,
    message,
    fix: "Correct 'dns' of the machine or of the defaults; docs/waves.md describes it.",
  };
}
