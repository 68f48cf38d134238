import { query } from './cloud.js';
import type { Cloud } from './cloud.js';
import { migrationKey } from './names.js';

/** Source: Compute API v2.1. */
export interface Server {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly created: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fault?: { readonly message?: string };
  readonly flavor: { readonly id?: string; readonly original_name?: string };
  readonly image: string | { readonly id: string };
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string }[]>>;
  readonly 'OS-EXT-STS:power_state'?: number;
  readonly 'OS-EXT-STS:task_state'?: string | null;
  readonly 'OS-EXT-AZ:availability_zone'?: string;
  readonly 'os-extended-volumes:volumes_attached'?: readonly { readonly id: string }[];
  readonly key_name?: string | null;
}

export interface NewServer {
  readonly name: string;
  readonly migrationId: string;
  /** Tells the servers of a migration apart. */
  readonly part: string;
  readonly flavorId: string;
  readonly portIds: readonly string[];
  /** The first is booted from. */
  readonly volumeIds: readonly string[];
  readonly zone?: string | undefined;
  readonly keyName?: string | undefined;
  readonly configDrive?: boolean | undefined;
}

const partKey = 'a2o_part';

export async function findServer(cloud: Cloud, id: string): Promise<Server | undefined> {
  const what = `Nova does not show the server ${id}`;
  return (await cloud.find<{ readonly server: Server }>('compute', `/servers/${id}`, what))?.server;
}

async function serversOf(cloud: Cloud, { name, migrationId, part }: ServerName): Promise<readonly Server[]> {
  // The filter is a regular expression, and servers of other tools may have any name.
  const path = `/servers/detail?${query({ name: `^${name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$` })}`;
  const { servers } = await cloud.get<{ readonly servers: readonly Server[] }>(
    'compute',
    path,
    'Nova does not list servers',
  );
  return servers
    .filter((one) => one.name === name && one.metadata[migrationKey] === migrationId && one.metadata[partKey] === part)
    .sort((a, b) => (`${a.created} ${a.id}` < `${b.created} ${b.id}` ? -1 : 1));
}

export type ServerName = Pick<NewServer, 'name' | 'migrationId' | 'part'>;

export async function serverNamed(cloud: Cloud, named: ServerName): Promise<Server | undefined> {
  return (await serversOf(cloud, named))[0];
}

/** The server, made unless it exists; the caller waits until it is ACTIVE. Two cannot be: they would share the port. */
export async function ensureServer(cloud: Cloud, server: NewServer): Promise<Server> {
  const { name, migrationId, part, flavorId, portIds, volumeIds, zone, keyName, configDrive } = server;
  const found = await serverNamed(cloud, server);
  if (found !== undefined) return found;
  const json = {
    server: {
      name,
      flavorRef: flavorId,
      metadata: { [migrationKey]: migrationId, [partKey]: part },
      networks: portIds.map((port) => ({ port })),
      block_device_mapping_v2: volumeIds.map((uuid, index) => ({
        uuid,
        source_type: 'volume',
        destination_type: 'volume',
        boot_index: index === 0 ? 0 : -1,
        delete_on_termination: false,
      })),
      ...(zone !== undefined && { availability_zone: zone }),
      ...(keyName !== undefined && { key_name: keyName }),
      ...(configDrive !== undefined && { config_drive: configDrive }),
    },
  };
  const what = `The server ${name} cannot be made`;
  const reply = await cloud.send({ method: 'POST', service: 'compute', path: '/servers', json });
  if (!reply.ok && reply.error.status === 409) {
    const made = await serverNamed(cloud, server);
    if (made !== undefined) return made;
  }
  const { id } = cloud.json<{ readonly server: { readonly id: string } }>(reply, what).server;
  return (await findServer(cloud, id)) ?? cloud.notYet(`Nova does not show the server ${name} that it made.`);
}

/** `waiting` until Nova no longer lists it; its volumes and ports stay. */
export async function removeServer(cloud: Cloud, named: ServerName): Promise<'removed' | 'waiting'> {
  const all = await serversOf(cloud, named);
  for (const { id, 'OS-EXT-STS:task_state': task } of all)
    if (task !== 'deleting')
      await cloud.remove('compute', `/servers/${id}`, `The server ${named.name} cannot be deleted`);
  return all.length === 0 ? 'removed' : 'waiting';
}

/** The same by its id, which it keeps whatever becomes of its name and its metadata. */
export async function removeServerById(cloud: Cloud, id: string): Promise<'removed' | 'waiting'> {
  const server = await findServer(cloud, id);
  if (server === undefined || server.status === 'DELETED' || server.status === 'SOFT_DELETED') return 'removed';
  if (server['OS-EXT-STS:task_state'] !== 'deleting')
    await cloud.remove('compute', `/servers/${id}`, `The server ${server.name} (${id}) cannot be deleted`);
  return 'waiting';
}

/** Asks Nova to start or stop it. Returns when Nova has accepted it, or is already at it. */
export async function switchServer(cloud: Cloud, id: string, to: 'start' | 'stop'): Promise<void> {
  const reply = await cloud.send({
    method: 'POST',
    service: 'compute',
    path: `/servers/${id}/action`,
    json: { [`os-${to}`]: null },
  });
  if (!reply.ok && reply.error.status === 409) return;
  cloud.value(reply, `Nova does not ${to} the server ${id}`);
}

export interface Flavor {
  readonly id: string;
  readonly name: string;
  /** MiB. */
  readonly ram: number;
  readonly vcpus: number;
  readonly disk: number;
}

/** By its name or id. */
export async function findFlavor(cloud: Cloud, nameOrId: string): Promise<Flavor | undefined> {
  const { flavors } = await cloud.get<{ readonly flavors: readonly Flavor[] }>(
    'compute',
    '/flavors/detail?limit=1000',
    'Nova does not list flavors',
  );
  return flavors.find(({ name }) => name === nameOrId) ?? flavors.find(({ id }) => id === nameOrId);
}
