import { PrerequisiteError } from '../machines/errors.js';
import type { Payload } from '../payload/payload.js';
import type { DnsService } from './dns-service.js';
import { namesOf, sharedProblem, zonesOf } from './record-moves.js';
import { canonicalName } from './records.js';

/** Whether the records of the machine can be moved at its cutover. Reads only. Throws a PrerequisiteError. */
export async function checkNames(
  service: DnsService | undefined,
  { dns, targetVmName }: Pick<Payload, 'dns' | 'targetVmName'>,
  signal: AbortSignal,
): Promise<void> {
  if (dns === undefined) return;
  if (service === undefined)
    throw new PrerequisiteError(
      `The machine has names in ${dns.zone}, and no DNS service is configured here: set A2O_WAVES_DNS of the worker, or 'dns' in the settings of the waves on AWS (docs/waves.md), or remove 'dns' of the machine.`,
    );
  const problems: string[] = [];
  for (const zone of zonesOf(dns)) {
    const problem = await service.zoneProblem(zone, signal);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new PrerequisiteError(problems.join(' '));
  for (const name of namesOf(dns, targetVmName))
    for (const type of ['A', 'AAAA'] as const) {
      const key = { zone: canonicalName(dns.zone), name, type };
      const problem = sharedProblem(key, await service.read(key, signal), dns.addresses ?? []);
      if (problem !== null) throw new PrerequisiteError(problem);
    }
}
