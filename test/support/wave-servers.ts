import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { jsonIn } from '../../clients/openstack/index.js';
import type { CloudClient, CloudService } from '../../clients/openstack/index.js';

/** A server that boots from a volume, as waves find it at its source. */
export interface SourceServer {
  readonly id: string;
  /** The boot volume is the first. */
  readonly volumeIds: readonly string[];
}

const contentBytes = 2 * 1024 * 1024;
const pollMs = 500;
const longestMs = 600_000;

async function call<T>(
  client: CloudClient,
  method: 'GET' | 'POST',
  service: CloudService,
  path: string,
  json?: unknown,
): Promise<T> {
  const reply = await client.send({ method, service, path, ...(json !== undefined && { json }) });
  const body = reply.ok ? jsonIn<T>(reply.value) : reply;
  if (!body.ok) throw new Error(`${method} ${path}: ${JSON.stringify(body.error)}`);
  return body.value;
}

interface Named {
  readonly id: string;
}

/** A subnet in its own network. */
export async function subnetOf(
  client: CloudClient,
  name: string,
  cidr: string,
): Promise<Named & { readonly network_id: string }> {
  const { network } = await call<{ readonly network: Named }>(client, 'POST', 'network', '/v2.0/networks', {
    network: { name },
  });
  const subnet = { name, network_id: network.id, ip_version: 4, cidr };
  return (
    await call<{ readonly subnet: Named & { readonly network_id: string } }>(
      client,
      'POST',
      'network',
      '/v2.0/subnets',
      { subnet },
    )
  ).subnet;
}

/** Running servers, each with another content; the first has two disks. */
export async function sourceServers(
  client: CloudClient,
  { name, cidr, count }: { readonly name: string; readonly cidr: string; readonly count: number },
): Promise<readonly SourceServer[]> {
  const { network_id: networkId } = await subnetOf(client, name, cidr);
  const { flavors } = await call<{ readonly flavors: readonly (Named & { readonly name: string })[] }>(
    client,
    'GET',
    'compute',
    '/flavors',
  );
  const flavor = flavors.find((one) => one.name === 'lakehouse.tiny')?.id ?? '';
  const servers: SourceServer[] = [];
  for (let index = 0; index < count; index += 1) {
    const disks = index === 0 ? 2 : 1;
    const volumeIds: string[] = [];
    for (let disk = 0; disk < disks; disk += 1) volumeIds.push(await filledVolume(client, `${name}-${index}-${disk}`));
    const { server } = await call<{ readonly server: Named }>(client, 'POST', 'compute', '/servers', {
      server: {
        name: `${name}-${index}`,
        flavorRef: flavor,
        networks: [{ uuid: networkId }],
        block_device_mapping_v2: volumeIds.map((uuid, disk) => ({
          uuid,
          source_type: 'volume',
          destination_type: 'volume',
          boot_index: disk === 0 ? 0 : -1,
        })),
      },
    });
    servers.push({ id: server.id, volumeIds });
  }
  for (const { id } of servers) await until(client, 'compute', `/servers/${id}`, 'server', 'ACTIVE');
  return servers;
}

/** Of an image with random content. */
async function filledVolume(client: CloudClient, name: string): Promise<string> {
  const properties = { hw_firmware_type: 'uefi', os_type: 'linux' };
  const image = await call<Named>(client, 'POST', 'image', '/v2/images', {
    name,
    disk_format: 'raw',
    container_format: 'bare',
    ...properties,
  });
  const sent = await client.send({
    method: 'PUT',
    service: 'image',
    path: `/v2/images/${image.id}/file`,
    headers: { 'content-type': 'application/octet-stream' },
    body: randomBytes(contentBytes),
  });
  if (!sent.ok) throw new Error(JSON.stringify(sent.error));
  const { volume } = await call<{ readonly volume: Named }>(client, 'POST', 'volume', '/volumes', {
    volume: { name, size: 1, imageRef: image.id },
  });
  await until(client, 'volume', `/volumes/${volume.id}`, 'volume', 'available');
  return volume.id;
}

async function until(
  client: CloudClient,
  service: CloudService,
  path: string,
  key: string,
  wanted: string,
): Promise<void> {
  const lastAt = performance.now() + longestMs;
  for (;;) {
    const found = (
      await call<Readonly<Record<string, { readonly status: string } | undefined>>>(client, 'GET', service, path)
    )[key];
    if (found?.status === wanted) return;
    if (found?.status.toLowerCase().startsWith('error') === true || performance.now() > lastAt)
      throw new Error(`${path} is ${found?.status ?? 'gone'}, not ${wanted}`);
    await delay(pollMs);
  }
}

const removable: readonly (readonly [service: CloudService, list: string, kind: string, one: string])[] = [
  ['compute', '/servers', 'servers', '/servers'],
  ['volume', '/volumes', 'volumes', '/volumes'],
  ['network', '/v2.0/ports', 'ports', '/v2.0/ports'],
  ['network', '/v2.0/networks', 'networks', '/v2.0/networks'],
  ['image', '/v2/images?limit=500', 'images', '/v2/images'],
];

/** Removes all of a project whose name has this part, so that a control plane that lasts does not fill up. */
export async function removeNamed(client: CloudClient, part: string): Promise<void> {
  const lastAt = performance.now() + longestMs;
  for (;;) {
    let left = 0;
    for (const [service, list, kind, one] of removable) {
      const found = await call<Readonly<Record<string, readonly (Named & { readonly name: string | null })[]>>>(
        client,
        'GET',
        service,
        list,
      );
      for (const { id, name } of found[kind] ?? []) {
        if (name?.includes(part) !== true) continue;
        left += 1;
        // What is still in use goes the next time.
        await client.send({ method: 'DELETE', service, path: `${one}/${id}` });
      }
    }
    if (left === 0) return;
    if (performance.now() > lastAt) throw new Error(`${left} resources named …${part}… are still there`);
    await delay(pollMs);
  }
}
