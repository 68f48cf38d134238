import { addressIn } from './addresses.js';
import { query } from '../../cloud/cloud.js';
import type { Cloud } from '../../cloud/cloud.js';
import { labelOf } from '../../cloud/names.js';
import { findSubnet } from '../../cloud/network.js';
import type { Port, Subnet } from '../../cloud/network.js';
import { findFlavor } from '../../cloud/servers.js';
import type { Payload } from '../../payload/index.js';
import { noFlavor } from './launch.js';
import { optionsOf } from './options.js';

/** Whether the target has what the payload names. Reads only; all that is missing is in one error. */
export async function checkTarget(cloud: Cloud, payload: Payload): Promise<void> {
  const { subnetId, network: { testSubnetId, fixedIp } = {} } = payload;
  const subnet = await findSubnet(cloud, subnetId);
  const flavor = await findFlavor(cloud, payload.instanceType);
  const problems = [
    ...(flavor === undefined ? [noFlavor(cloud, payload)] : []),
    ...(subnet === undefined ? [noSubnet(cloud, 'subnetId', subnetId)] : []),
    ...(testSubnetId !== undefined && (await findSubnet(cloud, testSubnetId)) === undefined
      ? [noSubnet(cloud, 'network.testSubnetId', testSubnetId)]
      : []),
    ...(await groupProblems(cloud, payload.securityGroupIds)),
    ...(subnet !== undefined && fixedIp !== undefined ? await addressProblems(cloud, subnet, fixedIp, payload) : []),
    ...(await keyProblems(cloud, payload)),
    ...(await versionProblems(cloud)),
  ];
  if (problems.length > 0) cloud.refuse(problems.join(' '));
}

function noSubnet(cloud: Cloud, field: string, id: string): string {
  return `${cloud.name} has no subnet ${id} that this project sees: correct ${field} (openstack subnet list).`;
}

async function groupProblems(cloud: Cloud, ids: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const id of ids) {
    const path = `/v2.0/security-groups/${encodeURIComponent(id)}?fields=id`;
    if ((await cloud.find('network', path, 'Neutron does not show security groups')) === undefined) missing.push(id);
  }
  if (missing.length === 0) return [];
  return [
    `${cloud.name} has no security group ${missing.join(', ')}: correct securityGroupIds (openstack security group list).`,
  ];
}

/** An address must be of the subnet, and free. A project sees its own ports only: others show when the port is made. */
async function addressProblems(
  cloud: Cloud,
  subnet: Subnet,
  ip: string,
  { migrationId }: Payload,
): Promise<readonly string[]> {
  if (!addressIn(ip, subnet.cidr))
    return [`network.fixedIp ${ip} is not an address of the subnet ${subnet.id} (${subnet.cidr}).`];
  const path = `/v2.0/ports?${query({ network_id: subnet.network_id, fixed_ips: `ip_address=${ip}` })}`;
  const { ports } = await cloud.get<{ readonly ports: readonly (Port & { readonly description?: string })[] }>(
    'network',
    path,
    'Neutron does not list ports',
  );
  const other = ports.find(({ description }) => description !== labelOf(migrationId));
  if (other === undefined) return [];
  return [`network.fixedIp ${ip} is in use by the port ${other.name || other.id}: free it, or choose another address.`];
}

async function keyProblems(cloud: Cloud, payload: Payload): Promise<readonly string[]> {
  const { keyName } = optionsOf(payload);
  if (keyName === undefined) return [];
  const path = `/os-keypairs/${encodeURIComponent(keyName)}`;
  const found = await cloud.find('compute', path, 'Nova does not show key pairs');
  return found === undefined
    ? [`${cloud.name} has no key pair '${keyName}' of this user: correct options.keyName.`]
    : [];
}

/** A microversion that was chosen must be one that the cloud has; it answers with its range. */
async function versionProblems(cloud: Cloud): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [service, path] of [
    ['compute', '/flavors?limit=1'],
    ['volume', '/volumes?limit=1'],
  ] as const) {
    const reply = await cloud.send({ method: 'GET', service, path });
    if (!reply.ok && reply.error.status === 406)
      problems.push(`The service ${service} of ${cloud.name}: ${reply.error.reason}.`);
  }
  return problems;
}
