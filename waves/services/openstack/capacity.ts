import type { CloudClient } from '../../../clients/openstack/index.js';
import { Cloud, query } from '../../cloud/cloud.js';
import { findSubnet } from '../../cloud/network.js';
import type { Port, Subnet } from '../../cloud/network.js';
import type { Flavor } from '../../cloud/servers.js';
import { PrerequisiteError } from '../../machines/index.js';
import type { TargetCapacity } from '../../plan/index.js';
import { addressesIn } from './addresses.js';

type Limits = Awaited<ReturnType<TargetCapacity['read']>>;

/**
 * The free capacity of a project's quotas and networks. In a network that it shares with other projects, it sees only
 * its own ports, so that fewer addresses may be free.
 */
export function openStackCapacity(client: CloudClient): TargetCapacity {
  return {
    name: client.name,
    read: async ({ subnetIds }, signal): Promise<Limits> => {
      const cloud = new Cloud(client, signal, PrerequisiteError);
      const [machines, storage, instanceTypes, subnets] = await Promise.all([
        machineLimits(cloud),
        storageLimits(cloud),
        flavors(cloud),
        Promise.all([...new Set(subnetIds)].map((id) => subnetLimits(cloud, id))),
      ]);
      return { ...machines, ...storage, instanceTypes, subnets: Object.fromEntries(subnets.flat()) };
    },
  };
}

interface Absolute {
  readonly limits: { readonly absolute: Readonly<Record<string, number>> };
}

/** Source: Compute API, 'Show rate and absolute limits'. -1 means unlimited. */
async function machineLimits(cloud: Cloud): Promise<Limits> {
  const { limits } = await cloud.get<Absolute>('compute', '/limits', 'Nova does not tell its limits');
  const { absolute } = limits;
  const ram = free(absolute['maxTotalRAMSize'], absolute['totalRAMUsed']);
  return {
    ...named('instances', free(absolute['maxTotalInstances'], absolute['totalInstancesUsed'])),
    ...named('vcpus', free(absolute['maxTotalCores'], absolute['totalCoresUsed'])),
    ...named('ramGb', ram === undefined ? undefined : ram / 1024),
  };
}

/** Source: Block Storage API v3, 'Show absolute limits for project'. */
async function storageLimits(cloud: Cloud): Promise<Limits> {
  const { limits } = await cloud.get<Absolute>('volume', '/limits', 'Cinder does not tell its limits');
  const { absolute } = limits;
  return {
    ...named('volumes', free(absolute['maxTotalVolumes'], absolute['totalVolumesUsed'])),
    ...named('volumeGb', free(absolute['maxTotalVolumeGigabytes'], absolute['totalGigabytesUsed'])),
  };
}

function free(limit: number | undefined, used: number | undefined): number | undefined {
  return limit === undefined || used === undefined || limit < 0 ? undefined : Math.max(0, limit - used);
}

function named<Name extends string>(name: Name, value: number | undefined): Partial<Readonly<Record<Name, number>>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}

async function flavors(cloud: Cloud): Promise<NonNullable<Limits['instanceTypes']>> {
  const { flavors: all } = await cloud.get<{ readonly flavors: readonly Flavor[] }>(
    'compute',
    '/flavors/detail?limit=1000',
    'Nova does not list flavors',
  );
  return Object.fromEntries(
    all.flatMap(({ id, name, vcpus, ram }) => [id, name].map((key) => [key, { vcpus, ramGb: ram / 1024 }])),
  );
}

/** Nothing for a subnet that the project does not see: the machine's validation names it. */
async function subnetLimits(
  cloud: Cloud,
  id: string,
): Promise<readonly (readonly [string, NonNullable<Limits['subnets']>[string]])[]> {
  const subnet = await findSubnet(cloud, id);
  if (subnet === undefined) return [];
  const { ports } = await cloud.get<{ readonly ports: readonly Port[] }>(
    'network',
    `/v2.0/ports?${query({ network_id: subnet.network_id })}`,
    'Neutron does not list ports',
  );
  const taken = ports.flatMap(({ fixed_ips }) =>
    fixed_ips.filter(({ subnet_id }) => subnet_id === id).map(({ ip_address }) => ip_address),
  );
  return [[id, { cidr: subnet.cidr, freeAddresses: Math.max(0, poolSize(subnet) - taken.length), taken }]];
}

function poolSize({ allocation_pools }: Subnet): number {
  return allocation_pools.reduce((sum, { start, end }) => sum + addressesIn(start, end), 0);
}
