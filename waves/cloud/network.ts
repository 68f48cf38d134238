import { query } from './cloud.js';
import type { Cloud } from './cloud.js';
import { labelOf } from './names.js';

/** Source: Networking API v2.0. */
export interface Port {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly device_id: string;
  readonly network_id: string;
  readonly mac_address: string;
  readonly fixed_ips: readonly { readonly subnet_id: string; readonly ip_address: string }[];
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly network_id: string;
  readonly ip_version: number;
  readonly cidr: string;
  readonly gateway_ip: string | null;
  readonly allocation_pools: readonly { readonly start: string; readonly end: string }[];
}

interface Named {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

export async function findSubnet(cloud: Cloud, id: string): Promise<Subnet | undefined> {
  const what = `Neutron does not show the subnet ${id}`;
  return (await cloud.find<{ readonly subnet: Subnet }>('network', `/v2.0/subnets/${id}`, what))?.subnet;
}

export interface NewPort {
  readonly name: string;
  readonly migrationId: string;
  readonly networkId: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** @default one that is free */
  readonly ip?: string | undefined;
  /** @default one that Neutron chooses */
  readonly mac?: string | undefined;
}

export async function portNamed(cloud: Cloud, name: string, migrationId: string): Promise<Port | undefined> {
  return (await named<Port & Named>(cloud, 'ports', name, migrationId))[0];
}

/** The resources that belong to the migration; the description is set when a resource is made, while tags come after it. */
async function named<T extends Named>(
  cloud: Cloud,
  kind: 'ports' | 'networks' | 'subnets',
  name: string,
  migrationId: string,
): Promise<readonly T[]> {
  const path = `/v2.0/${kind}?${query({ name, project_id: await cloud.projectId() })}`;
  const found = await cloud.get<Readonly<Record<string, readonly T[]>>>(
    'network',
    path,
    `Neutron does not list ${kind}`,
  );
  return (found[kind] ?? []).filter((one) => one.name === name && one.description === labelOf(migrationId));
}

/** The port, made unless it exists. A fixed address keeps two attempts from making two. */
export async function ensurePort(cloud: Cloud, port: NewPort): Promise<Port> {
  const { name, migrationId, networkId, subnetId, securityGroupIds, ip, mac } = port;
  const found = await portNamed(cloud, name, migrationId);
  if (found !== undefined) return found;
  const json = {
    port: {
      name,
      description: labelOf(migrationId),
      network_id: networkId,
      fixed_ips: [{ subnet_id: subnetId, ...(ip !== undefined && { ip_address: ip }) }],
      security_groups: securityGroupIds,
      ...(mac !== undefined && { mac_address: mac }),
    },
  };
  const reply = await cloud.send({ method: 'POST', service: 'network', path: '/v2.0/ports', json });
  const address = [ip, mac].filter((one) => one !== undefined).join(', ');
  const status = reply.ok ? 201 : reply.error.status;
  if (status === 409) {
    // Another attempt may have made it meanwhile.
    const made = await portNamed(cloud, name, migrationId);
    if (made !== undefined) return made;
    return cloud.refuse(
      `The address ${address} is already in use in the network ${networkId}: free it, or choose another one in network.fixedIp and network.macAddress (${reply.ok ? '' : reply.error.reason}).`,
    );
  }
  if (status === 403 && mac !== undefined)
    return cloud.refuse(
      `The cloud does not let this project choose a MAC address (policy create_port:mac_address): leave out network.macAddress, or ask its operators.`,
    );
  return cloud.json<{ readonly port: Port }>(reply, `The port ${name} cannot be made`).port;
}

export async function removePort(cloud: Cloud, name: string, migrationId: string): Promise<'removed' | 'waiting'> {
  const all = await named(cloud, 'ports', name, migrationId);
  for (const { id } of all) await cloud.remove('network', `/v2.0/ports/${id}`, `The port ${name} cannot be deleted`);
  return all.length === 0 ? 'removed' : 'waiting';
}

/** A subnet like another one, in its own network that no router joins: what runs there reaches nothing else. */
export async function ensureIsolatedSubnet(
  cloud: Cloud,
  { name, migrationId, like }: { readonly name: string; readonly migrationId: string; readonly like: Subnet },
): Promise<Subnet> {
  const description = labelOf(migrationId);
  const [earlier] = await named<Named>(cloud, 'networks', name, migrationId);
  const network =
    earlier ??
    (
      await cloud.post<{ readonly network: Named }>(
        'network',
        '/v2.0/networks',
        { network: { name, description } },
        `The isolated network ${name} cannot be made`,
      )
    ).network;
  const [subnet] = await named<Subnet & Named>(cloud, 'subnets', name, migrationId);
  if (subnet !== undefined) return subnet;
  const { ip_version, cidr, allocation_pools } = like;
  const json = {
    subnet: { name, description, network_id: network.id, ip_version, cidr, allocation_pools, gateway_ip: null },
  };
  const what = `The isolated subnet ${name} (${cidr}) cannot be made`;
  return (await cloud.post<{ readonly subnet: Subnet }>('network', '/v2.0/subnets', json, what)).subnet;
}

export async function removeNetwork(cloud: Cloud, name: string, migrationId: string): Promise<'removed' | 'waiting'> {
  const all = await named(cloud, 'networks', name, migrationId);
  for (const { id } of all)
    await cloud.remove('network', `/v2.0/networks/${id}`, `The isolated network ${name} cannot be deleted`);
  return all.length === 0 ? 'removed' : 'waiting';
}
