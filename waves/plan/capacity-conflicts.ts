import ipaddr from 'ipaddr.js';
import { cellPlace } from '../wave-file/index.js';
import type { Limits, ReadMachine, SubnetLimits, WaveFile, WaveProblem } from '../wave-file/index.js';

type Code = 'wave-capacity' | 'wave-address' | 'wave-instance-type';

/**
 * The demands that the target cannot meet, wave after wave: machines that move stay there. Unknown limits are not
 * checked.
 */
export function capacityConflicts(
  file: WaveFile,
  machines: readonly ReadMachine[],
  limits: Limits,
  usualDiskGb: number,
): readonly WaveProblem[] {
  return [
    ...unknownTypes(machines, limits),
    ...quotaConflicts(file, machines, limits, usualDiskGb),
    ...subnetConflicts(file, machines, limits),
    ...addressConflicts(machines, limits),
  ];
}

function conflict(code: Code, place: Pick<WaveProblem, 'path' | 'csv'>, message: string, fix: string): WaveProblem {
  return { code, severity: 'error', ...place, message, fix };
}

function unknownTypes(machines: readonly ReadMachine[], { instanceTypes }: Limits): readonly WaveProblem[] {
  if (instanceTypes === undefined) return [];
  return machines.flatMap(({ payload, place }) =>
    instanceTypes[payload.instanceType] !== undefined
      ? []
      : [
          conflict(
            'wave-instance-type',
            place,
            `${payload.migrationId} requires the instance type ${payload.instanceType}, which the target does not have.`,
            `Use one of ${Object.keys(instanceTypes).sort().slice(0, 20).join(', ')}.`,
          ),
        ],
  );
}

interface Quota {
  readonly name: string;
  readonly free: number | undefined;
  readonly of: (machine: ReadMachine) => number;
}

/** The first wave at which each quota is not enough. */
function quotaConflicts(
  file: WaveFile,
  machines: readonly ReadMachine[],
  limits: Limits,
  usualDiskGb: number,
): readonly WaveProblem[] {
  const size = ({ payload }: ReadMachine): { readonly vcpus: number; readonly ramGb: number } =>
    limits.instanceTypes?.[payload.instanceType] ?? { vcpus: 0, ramGb: 0 };
  const quotas: readonly Quota[] = [
    { name: 'instances', free: limits.instances, of: () => 1 },
    { name: 'vCPUs', free: limits.vcpus, of: (machine) => size(machine).vcpus },
    { name: 'GB of RAM', free: limits.ramGb, of: (machine) => size(machine).ramGb },
    { name: 'volumes', free: limits.volumes, of: () => 1 },
    { name: 'GB of volumes', free: limits.volumeGb, of: ({ diskGb }) => diskGb ?? usualDiskGb },
  ];
  return quotas.flatMap(({ name, free, of }) => {
    if (free === undefined) return [];
    let needed = 0;
    for (const [index, wave] of file.waves.entries()) {
      const own = machines.filter(({ payload }) => payload.wave === wave.name);
      needed += own.reduce((sum, machine) => sum + of(machine), 0);
      if (needed <= free) continue;
      return [
        conflict(
          'wave-capacity',
          { path: ['waves', index, 'name'] },
          `The waves up to ${wave.name} need ${needed} ${name} at the target; ${free} are free.`,
          'Raise the quota of the project, or move fewer machines.',
        ),
      ];
    }
    return [];
  });
}

function subnetConflicts(
  file: WaveFile,
  machines: readonly ReadMachine[],
  { subnets = {} }: Limits,
): readonly WaveProblem[] {
  return Object.entries(subnets).flatMap(([subnet, { freeAddresses }]) => {
    let needed = 0;
    for (const [index, wave] of file.waves.entries()) {
      needed += machines.filter(({ payload }) => payload.wave === wave.name && payload.subnetId === subnet).length;
      if (needed <= freeAddresses) continue;
      return [
        conflict(
          'wave-address',
          { path: ['waves', index, 'name'] },
          `In the waves up to ${wave.name}, the subnet ${subnet} needs ${needed} addresses, and ${freeAddresses} are free.`,
          'Use a larger subnet, or another one for some machines.',
        ),
      ];
    }
    return [];
  });
}

function addressConflicts(machines: readonly ReadMachine[], { subnets }: Limits): readonly WaveProblem[] {
  if (subnets === undefined) return [];
  return machines.flatMap((machine) => {
    const { payload, place } = machine;
    const subnet = subnets[payload.subnetId];
    const { fixedIp } = payload.network ?? {};
    if (subnet === undefined || fixedIp === undefined) return [];
    const what = whyNot(fixedIp, subnet);
    if (what === undefined) return [];
    return [
      conflict(
        'wave-address',
        place.csv === undefined ? { path: [...place.path, 'fixedIp'] } : cellPlace(machine, [['fixedIp']]),
        `The fixedIp ${fixedIp} of ${payload.migrationId} ${what}.`,
        'Set fixedIp to a free address of the subnet, or leave it out.',
      ),
    ];
  });
}

function whyNot(address: string, { cidr, taken = [] }: SubnetLimits): string | undefined {
  if (!ipaddr.isValid(address)) return 'is not an IP address';
  if (!ipaddr.isValidCIDR(cidr)) return `cannot be checked, because '${cidr}' is not a CIDR block`;
  const parsed = ipaddr.parse(address);
  const [network, bits] = ipaddr.parseCIDR(cidr);
  if (parsed.kind() !== network.kind() || !parsed.match(network, bits)) return `is outside of ${cidr}`;
  const same = (other: string): boolean =>
    ipaddr.isValid(other) && ipaddr.parse(other).toNormalizedString() === parsed.toNormalizedString();
  return taken.some(same) ? 'is taken already' : undefined;
}
