import type { Diagnostic } from '../../core/diagnostic.js';
import type { Target } from '../../mappings/template.js';
import type { CloudSession } from '../session/index.js';
import { ask } from './ask.js';
import { finding, some } from './finding.js';
import type { CloudNeeds } from './needs.js';
import { quotaProblems } from './quota.js';

interface Flavor {
  readonly name: string;
  readonly vcpus: number;
  /** MiB. */
  readonly ram: number;
}

/** Flavors, key pair, and quota for the servers that do not exist yet. Source: Compute API v2.1. */
export async function checkCompute(
  session: CloudSession,
  target: Target,
  needs: CloudNeeds,
): Promise<readonly Diagnostic[]> {
  const [flavors, keyPairs, limits, servers] = await Promise.all([
    ask<{ flavors: readonly Flavor[] }>(session, 'compute', '/flavors/detail', 'flavors'),
    ask<{ keypairs: readonly { keypair: { name: string } }[] }>(session, 'compute', '/os-keypairs', 'keypairs'),
    ask<{ limits: { absolute?: Readonly<Record<string, number>> } }>(session, 'compute', '/limits', 'limits'),
    ask<{ servers: readonly { name: string }[] }>(session, 'compute', '/servers/detail', 'servers'),
  ]);
  const there = new Set(servers.ok ? servers.value.servers.map(({ name }) => name) : []);
  const coming = needs.servers.filter(({ name }) => !there.has(name));
  return [
    ...[flavors, keyPairs, limits, servers].flatMap((answer) => (answer.ok ? [] : [answer.error])),
    ...(flavors.ok ? missingFlavors(target, needs, flavors.value.flavors) : []),
    ...(flavors.ok ? smallerThanPlanned(target, flavors.value.flavors) : []),
    ...(keyPairs.ok
      ? missingKeyPair(
          target,
          keyPairs.value.keypairs.map(({ keypair }) => keypair.name),
        )
      : []),
    ...(flavors.ok && limits.ok
      ? noRoom(target, needs, coming, flavors.value.flavors, limits.value.limits.absolute ?? {})
      : []),
  ];
}

function missingFlavors({ flavors }: Target, { servers }: CloudNeeds, known: readonly Flavor[]): Diagnostic[] {
  const needed = new Set(servers.map(({ flavor }) => flavor));
  const settings = Object.entries(flavors).filter(([, flavor]) => needed.has(flavor));
  return settings
    .filter(([, flavor]) => !known.some(({ name }) => name === flavor))
    .map(([use, flavor]) =>
      finding(
        `target.flavors.${use}`,
        'flavor-missing',
        `The cloud has no flavor '${flavor}' that this project may use; it has ${some(known.map(({ name }) => name).sort())}.`,
        `Set \`target.flavors.${use}\` to one of them.`,
      ),
    );
}

/** Heap and workers were computed for the machine size in the mapping. */
function smallerThanPlanned({ flavors, sizing: { machine } }: Target, known: readonly Flavor[]): Diagnostic[] {
  const trino = known.find(({ name }) => name === flavors.trino);
  // A cloud's GB may be 10^9 or 2^30 bytes.
  if (trino === undefined || (trino.ram * 2 ** 20 >= machine.memoryGb * 1e9 && trino.vcpus >= machine.vcpus)) return [];
  return [
    finding(
      'target.flavors.trino',
      'flavor-too-small',
      `The flavor '${trino.name}' has ${trino.vcpus} vCPUs and ${Math.round(trino.ram / 1024)} GB; the lakehouse is sized for machines with ${machine.vcpus} vCPUs and ${machine.memoryGb} GB.`,
      'Set `target.flavors.trino` to a larger flavor, or `target.sizing.machine` to the size of this one.',
    ),
  ];
}

function missingKeyPair({ keyPair }: Target, known: readonly string[]): Diagnostic[] {
  if (keyPair === null || known.includes(keyPair)) return [];
  return [
    finding(
      'target.keyPair',
      'key-pair-missing',
      `Your user has no key pair '${keyPair}'; it has ${some(known)}.`,
      `Create it (openstack keypair create ${keyPair}), or set \`target.keyPair\` to one of them.`,
    ),
  ];
}

function noRoom(
  { topology }: Target,
  { servers }: CloudNeeds,
  coming: CloudNeeds['servers'],
  flavors: readonly Flavor[],
  limits: Readonly<Record<string, number>>,
): Diagnostic[] {
  const sizes = coming.flatMap(({ flavor }) => flavors.find(({ name }) => name === flavor) ?? []);
  const sum = (of: (flavor: Flavor) => number): number => sizes.reduce((total, flavor) => total + of(flavor), 0);
  const room = (limit: string, used: string): { limit: number; used: number } => ({
    limit: limits[limit] ?? -1,
    used: limits[used] ?? 0,
  });
  // A single machine has no workers to save on.
  const setting = topology === 'small' ? 'target.flavors.trino' : 'target.sizing.trinoWorkers';
  const remedy = topology === 'small' ? 'choose a smaller flavor' : 'ask for fewer workers, or choose smaller flavors';
  return quotaProblems(setting, remedy, [
    { what: 'instances', unit: '', needed: coming.length, ...room('maxTotalInstances', 'totalInstancesUsed') },
    { what: 'cores', unit: '', needed: sum(({ vcpus }) => vcpus), ...room('maxTotalCores', 'totalCoresUsed') },
    { what: 'memory', unit: ' MiB', needed: sum(({ ram }) => ram), ...room('maxTotalRAMSize', 'totalRAMUsed') },
    {
      what: 'servers in one server group',
      unit: '',
      needed: largestGroup(servers),
      limit: limits['maxServerGroupMembers'] ?? -1,
      used: 0,
    },
  ]);
}

function largestGroup(servers: CloudNeeds['servers']): number {
  const sizes = new Map<string, number>();
  for (const { group } of servers) if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return Math.max(0, ...sizes.values());
}
