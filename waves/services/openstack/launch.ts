import type { Cloud } from '../../cloud/cloud.js';
import { nameOf } from '../../cloud/names.js';
import { ensureIsolatedSubnet, ensurePort, findSubnet, removeNetwork, removePort } from '../../cloud/network.js';
import type { Port, Subnet } from '../../cloud/network.js';
import { ensureServer, findFlavor, findServer, removeServer } from '../../cloud/servers.js';
import type { Server, ServerName } from '../../cloud/servers.js';
import { ensureVolume, findVolume, removeVolumes } from '../../cloud/volumes.js';
import type { Volume } from '../../cloud/volumes.js';
import type { Payload } from '../../payload/index.js';
import type { Launch } from '../migration-service.js';
import type { CopiedDisk, TargetMachine } from './memory.js';
import { optionsOf } from './options.js';

export type LaunchKind = 'test' | 'cutover';

export interface LaunchRequest {
  readonly kind: LaunchKind;
  readonly payload: Payload;
  readonly disks: readonly CopiedDisk[];
}

const gib = 2 ** 30;

/**
 * Goes one look further towards a running machine: network, port, volumes, server. Whatever an earlier call made is found
 * by its name, so that this can be called until it answers `ready`.
 */
export async function launch(
  cloud: Cloud,
  request: LaunchRequest,
): Promise<{ readonly launch: Launch; readonly target?: TargetMachine }> {
  const { payload, kind, disks } = request;
  const subnet = await subnetOf(cloud, request);
  const port = await portOf(cloud, request, subnet);
  const volumes: Volume[] = [];
  for (const [index, disk] of disks.entries()) volumes.push(await volumeOf(cloud, request, disk, index));
  const broken = volumes.find(({ status }) => status.startsWith('error'));
  if (broken !== undefined)
    return failed(`Cinder could not fill the volume ${broken.name ?? broken.id} (status ${broken.status})`);
  const pending = volumes.filter(({ status }) => status !== 'available' && status !== 'in-use');
  if (pending.length > 0)
    return waiting(pending.map(({ name, status }) => `volume ${name ?? ''}: ${status}`).join(', '));
  await makeBootable(cloud, volumes[0]);
  const options = optionsOf(payload);
  const flavor = (await findFlavor(cloud, payload.instanceType)) ?? cloud.refuse(noFlavor(cloud, payload));
  const volumeIds = volumes.map(({ id }) => id);
  const server = await ensureServer(cloud, {
    ...serverNameOf(payload, kind),
    flavorId: flavor.id,
    portIds: [port.id],
    volumeIds,
    zone: options.availabilityZone,
    keyName: options.keyName,
    configDrive: options.configDrive,
  });
  if (server.status === 'ERROR')
    return failed(`Nova could not start ${server.name}: ${server.fault?.message ?? 'status ERROR'}`);
  if (server.status !== 'ACTIVE') return waiting(`server ${server.name}: ${server.status}`);
  const address = port.fixed_ips[0]?.ip_address ?? '';
  const problem = await problemOf(cloud, { server, port, volumeIds });
  if (problem !== undefined) return waiting(problem);
  const target: TargetMachine = { serverId: server.id, portId: port.id, volumeIds, address };
  const what = `${server.name} is ACTIVE at ${address} (${port.mac_address}) with ${volumeIds.length} volumes`;
  const addresses = port.fixed_ips.map(({ ip_address }) => ip_address);
  return { launch: { is: 'ready', health: what, address, addresses }, target };
}

export function noFlavor(cloud: Cloud, { instanceType }: Payload): string {
  return `${cloud.name} has no flavor '${instanceType}' that this project may use: correct instanceType (openstack flavor list).`;
}

function waiting(health: string): { readonly launch: Launch } {
  return { launch: { is: 'waiting', health } };
}

function failed(health: string): { readonly launch: Launch } {
  return { launch: { is: 'failed', health } };
}

async function subnetOf(cloud: Cloud, { kind, payload }: LaunchRequest): Promise<Subnet> {
  const { migrationId, subnetId, network: { testSubnetId } = {} } = payload;
  const id = kind === 'test' ? (testSubnetId ?? subnetId) : subnetId;
  const subnet =
    (await findSubnet(cloud, id)) ?? cloud.refuse(`${cloud.name} has no subnet ${id} that this project sees.`);
  if (kind === 'cutover' || testSubnetId !== undefined) return subnet;
  return await ensureIsolatedSubnet(cloud, { name: nameOf(migrationId, 'test-network'), migrationId, like: subnet });
}

/** The test has the same addresses, in its own network; in a network that the payload names, they may be in use. */
async function portOf(cloud: Cloud, { kind, payload }: LaunchRequest, subnet: Subnet): Promise<Port> {
  const { migrationId, securityGroupIds, network: { fixedIp, macAddress, testSubnetId } = {} } = payload;
  const isChosen = kind === 'cutover' || testSubnetId === undefined;
  return await ensurePort(cloud, {
    name: portNameOf(migrationId, kind),
    migrationId,
    networkId: subnet.network_id,
    subnetId: subnet.id,
    securityGroupIds,
    ...(isChosen && { ip: fixedIp, mac: macAddress }),
  });
}

async function volumeOf(
  cloud: Cloud,
  { kind, payload }: LaunchRequest,
  disk: CopiedDisk,
  index: number,
): Promise<Volume> {
  const { migrationId } = payload;
  const { volumeType, volumeZone } = optionsOf(payload);
  const name = volumeNameOf(migrationId, kind, index);
  const image = disk.imageId ?? cloud.refuse(`No image was made of the disk ${disk.id}.`);
  const sizeGib = Math.max(1, Math.ceil(disk.sizeBytes / gib));
  return await ensureVolume(cloud, { name, migrationId, sizeGib, from: { image }, type: volumeType, zone: volumeZone });
}

async function makeBootable(cloud: Cloud, volume: Volume | undefined): Promise<void> {
  if (volume === undefined || volume.bootable === 'true' || volume.status !== 'available') return;
  const json = { 'os-set_bootable': { bootable: true } };
  await cloud.act(
    'volume',
    `/volumes/${volume.id}/action`,
    json,
    `The volume ${volume.name ?? ''} does not become bootable`,
  );
}

/** The problem of a machine that Nova calls ACTIVE. */
async function problemOf(
  cloud: Cloud,
  { server, port, volumeIds }: { readonly server: Server; readonly port: Port; readonly volumeIds: readonly string[] },
): Promise<string | undefined> {
  const shown = await findServer(cloud, server.id);
  const attached = (shown?.['os-extended-volumes:volumes_attached'] ?? []).map(({ id }) => id);
  const missing = volumeIds.filter((id) => !attached.includes(id));
  if (missing.length > 0) return `server ${server.name}: volumes ${missing.join(', ')} are not attached yet`;
  for (const id of volumeIds) {
    const status = (await findVolume(cloud, id))?.status;
    if (status !== 'in-use') return `volume ${id}: ${status ?? 'gone'}`;
  }
  const owner = await cloud.get<{ readonly port: Port }>(
    'network',
    `/v2.0/ports/${port.id}`,
    'Neutron does not show a port',
  );
  return owner.port.device_id === server.id ? undefined : `port ${port.id} is not bound to ${server.name} yet`;
}

export function serverNameOf(payload: Payload, kind: LaunchKind): ServerName {
  const { migrationId, targetVmName } = payload;
  return { name: kind === 'test' ? nameOf(migrationId, 'test') : targetVmName, migrationId, part: kind };
}

export function portNameOf(migrationId: string, kind: LaunchKind): string {
  return nameOf(migrationId, kind === 'test' ? 'test-port' : 'port');
}

export function volumeNameOf(migrationId: string, kind: LaunchKind, index: number): string {
  return nameOf(migrationId, `${kind === 'test' ? 'test-disk' : 'disk'}-${index}`);
}

/** Does one removal; `waiting` until there is nothing left of it. */
export type Removal = () => Promise<'removed' | 'waiting'>;

/** Everything of a launch, in the order in which it can go. */
export function removalsOf(
  cloud: Cloud,
  { kind, payload, diskCount }: { readonly kind: LaunchKind; readonly payload: Payload; readonly diskCount: number },
  { keepVolumes = false }: { readonly keepVolumes?: boolean } = {},
): readonly Removal[] {
  const { migrationId } = payload;
  const volumes = Array.from(
    { length: keepVolumes ? 0 : diskCount },
    (_, index) => (): ReturnType<Removal> => removeVolumes(cloud, volumeNameOf(migrationId, kind, index), migrationId),
  );
  const network = (): ReturnType<Removal> => removeNetwork(cloud, nameOf(migrationId, 'test-network'), migrationId);
  return [
    () => removeServer(cloud, serverNameOf(payload, kind)),
    () => removePort(cloud, portNameOf(migrationId, kind), migrationId),
    ...volumes,
    ...(kind === 'test' ? [network] : []),
  ];
}
