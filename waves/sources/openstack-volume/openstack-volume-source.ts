import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import type { CloudClient } from '../../../clients/openstack/index.js';
import { writeFileAtomically } from '../../../core/atomic-file.js';
import { Cloud } from '../../cloud/cloud.js';
import { downloadImage, findImage, removeImage } from '../../cloud/images.js';
import type { Image } from '../../cloud/images.js';
import { labelOf, migrationKey, nameOf } from '../../cloud/names.js';
import { findServer, switchServer } from '../../cloud/servers.js';
import type { Server } from '../../cloud/servers.js';
import {
  ensureSnapshot,
  ensureVolume,
  findVolume,
  removeSnapshot,
  removeVolumes,
  snapshotNamed,
} from '../../cloud/volumes.js';
import type { Volume } from '../../cloud/volumes.js';
import { PrerequisiteError, RollbackError, SourcePreparationError } from '../../machines/index.js';
import type { PermanentError } from '../failures.js';
import type {
  DiskContent,
  DiskRequest,
  DiskSource,
  Pass,
  SourceContext,
  SourceDisk,
  SourceMachine,
} from '../disk-source.js';
import type { ImageFormat, QemuImg } from '../qemu-img.js';
import { sleep } from '../sleep.js';
import { rebuildServer } from './rebuild-server.js';
import type { ServerParts } from './rebuild-server.js';

export interface OpenStackVolumeSourceOptions {
  /** Of the project that has the machines. */
  readonly cloud: CloudClient;
  readonly qemuImg: QemuImg;
  /** Of the images that the cloud makes of volumes. @default raw */
  readonly format?: ImageFormat;
  /** @default 2000 */
  readonly pollMs?: number;
}

const gib = 2 ** 30;
/** Cinder deletes an image that it could not write. */
const mostUploads = 3;

/**
 * Servers of an OpenStack cloud that boot from volumes. Each volume becomes a snapshot, a volume of it, and an image, which
 * is downloaded: a volume in use has no other way out that every cloud offers. Both passes copy all of it.
 */
export function openStackVolumeSource(options: OpenStackVolumeSourceOptions): DiskSource {
  const { cloud: client, pollMs = 2000 } = options;
  const cloudOf = (context: SourceContext, As: PermanentError): Cloud => new Cloud(client, context.signal, As);

  return {
    name: 'openstack-volume',
    describe: async (vmId, context) => await describe(cloudOf(context, PrerequisiteError), vmId),

    keepPoint: async (machine, pass, context) => {
      const cloud = cloudOf(context, SourcePreparationError);
      const { migrationId } = context;
      const snapshots = [];
      for (const [index, disk] of machine.disks.entries()) {
        const name = partOf(migrationId, pass, index);
        // The image is all that is needed of a disk that has one.
        if ((await imageNamed(cloud, name))?.status === 'active') continue;
        snapshots.push(await ensureSnapshot(cloud, { name, migrationId, volumeId: disk.id }));
      }
      const broken = snapshots.find(({ status }) => status.startsWith('error'));
      if (broken !== undefined)
        throw new SourcePreparationError(`Cinder could not take the snapshot ${broken.name ?? broken.id}.`);
      const pending = snapshots.filter(({ status }) => status !== 'available');
      if (pending.length === 0) return { is: 'ready' };
      return { is: 'waiting', what: pending.map(({ name, status }) => `snapshot ${name ?? ''}: ${status}`).join(', ') };
    },

    copyDisk: async (request, context) => await copyDisk(options, request, context),

    stop: async (machine, context) => {
      const cloud = cloudOf(context, SourcePreparationError);
      const server = await findServer(cloud, machine.id);
      // Without a server, nothing writes to its volumes.
      if (server === undefined || server.status === 'SHUTOFF' || server.status === 'SHELVED_OFFLOADED')
        return 'stopped';
      if (server.status === 'ERROR') return cloud.refuse(`The server ${machine.id} is in the status ERROR.`);
      if ((server['OS-EXT-STS:task_state'] ?? null) === null) await switchServer(cloud, machine.id, 'stop');
      return 'waiting';
    },

    start: async (machine, context) => {
      const cloud = cloudOf(context, RollbackError);
      const server = await findServer(cloud, machine.id);
      const restored = `server ${machine.name} (${machine.id})`;
      if (server === undefined) return await rebuildServer(cloud, context.migrationId, machine);
      if (!machine.wasRunning)
        return { is: 'started', restored: [`${restored} stays stopped, as before`], notRestored: [] };
      if (server.status === 'ACTIVE')
        return { is: 'started', restored: [`${restored} runs on its own volumes and ports`], notRestored: [] };
      if (server.status === 'ERROR') {
        const why = `Nova reports ${server.fault?.message ?? 'an error'}; its volumes and ports are kept`;
        return { is: 'started', restored: [], notRestored: [{ what: restored, why }] };
      }
      if ((server['OS-EXT-STS:task_state'] ?? null) === null) await switchServer(cloud, machine.id, 'start');
      return { is: 'waiting', restored: [], notRestored: [] };
    },

    cleanUp: async (machine, context) => {
      const cloud = cloudOf(context, SourcePreparationError);
      const { migrationId } = context;
      const left: string[] = [];
      for (const pass of ['first', 'final'] as const)
        for (const index of machine.disks.keys()) {
          const name = partOf(migrationId, pass, index);
          const image = await imageNamed(cloud, name);
          if (image !== undefined && (await removeImage(cloud, image.id)) === 'kept')
            left.push(`image ${name} at the source`);
          await untilRemoved(() => removeVolumes(cloud, name, migrationId), context, pollMs);
          await untilRemoved(() => removeSnapshot(cloud, name, migrationId), context, pollMs);
        }
      return left;
    },
  };
}

async function describe(cloud: Cloud, vmId: string): Promise<SourceMachine> {
  const server = await findServer(cloud, vmId);
  if (server === undefined)
    return cloud.refuse(
      `${cloud.name} has no server ${vmId} that this project sees: correct sourceVmId (openstack server list).`,
    );
  if (server.image !== '' && typeof server.image === 'object')
    return cloud.refuse(
      `The server ${vmId} boots from an image on its host, not from a volume: make an image of it (openstack server image create), and a volume server of that, first.`,
    );
  const volumes: Volume[] = [];
  for (const { id } of server['os-extended-volumes:volumes_attached'] ?? []) {
    const volume = await findVolume(cloud, id);
    volumes.push(volume ?? cloud.refuse(`Cinder does not show the volume ${id} of the server ${vmId}.`));
  }
  const shared = volumes.filter(({ attachments }) => attachments.some(({ server_id }) => server_id !== vmId));
  if (shared.length > 0)
    return cloud.refuse(
      `Other servers use volumes of the server ${vmId}, too (${shared.map(({ id }) => id).join(', ')}), and would write to them during the last copy: detach them from one of the servers.`,
    );
  const deviceOf = ({ attachments }: Volume): string =>
    attachments.find(({ server_id }) => server_id === vmId)?.device ?? '';
  const ordered = [...volumes].sort((a, b) => (deviceOf(a) < deviceOf(b) ? -1 : 1));
  const properties = ordered[0]?.volume_image_metadata ?? {};
  const parts: ServerParts = {
    flavorId: server.flavor.id ?? server.flavor.original_name ?? '',
    portIds: await portsOf(cloud, vmId),
    zone: server['OS-EXT-AZ:availability_zone'] ?? null,
    keyName: server.key_name ?? null,
  };
  return {
    id: vmId,
    name: server.name,
    wasRunning: server.status === 'ACTIVE',
    disks: ordered.map((volume): SourceDisk => ({
      id: volume.id,
      sizeBytes: volume.size * gib,
      device: deviceOf(volume),
    })),
    ...firmwareIn(properties),
    ...osIn(properties),
    addresses: addressesOf(server),
    details: { ...parts },
  };
}

async function portsOf(cloud: Cloud, serverId: string): Promise<readonly string[]> {
  const path = `/v2.0/ports?device_id=${encodeURIComponent(serverId)}&fields=id`;
  const { ports } = await cloud.get<{ readonly ports: readonly { readonly id: string }[] }>(
    'network',
    path,
    'Neutron does not list ports',
  );
  return ports.map(({ id }) => id).sort();
}

function addressesOf({ addresses }: Server): readonly string[] {
  return Object.values(addresses).flatMap((all) => all.map(({ addr }) => addr));
}

function firmwareIn({ hw_firmware_type: type }: Readonly<Record<string, string>>): Pick<SourceMachine, 'firmware'> {
  return type === 'uefi' || type === 'bios' ? { firmware: type } : {};
}

function osIn({ os_type: type }: Readonly<Record<string, string>>): Pick<SourceMachine, 'os'> {
  return type === 'linux' || type === 'windows' ? { os: type } : {};
}

function partOf(migrationId: string, pass: Pass, index: number): string {
  return nameOf(migrationId, `source-${pass}-${index}`);
}

async function copyDisk(
  { cloud: client, qemuImg, format = 'raw', pollMs = 2000 }: OpenStackVolumeSourceOptions,
  { machine, disk, pass, file, onProgress }: DiskRequest,
  context: SourceContext,
): Promise<DiskContent> {
  const { migrationId, signal } = context;
  const cloud = new Cloud(client, signal, SourcePreparationError);
  const name = partOf(migrationId, pass, machine.disks.indexOf(disk));
  const totalBytes = disk.sizeBytes;
  onProgress({ copiedBytes: 0, totalBytes });
  const image = await imageOfVolume(cloud, { name, migrationId, disk, format, pollMs }, context);
  // The source's part is done: what is left of it can go.
  await untilRemoved(() => removeVolumes(cloud, name, migrationId), context, pollMs);
  await untilRemoved(() => removeSnapshot(cloud, name, migrationId), context, pollMs);
  const contentId = (image.os_hash_value ?? image.id).replaceAll('-', '');
  if (!existsSync(file) || (await contentOf(file)) !== contentId) {
    const download = `${file}.${contentId.slice(0, 16)}.image`;
    if (!existsSync(download))
      await downloadImage(cloud, image, download, (bytes) => {
        onProgress({ copiedBytes: Math.min(bytes, totalBytes), totalBytes });
      });
    if (format === 'raw') await rename(download, file);
    else await qemuImg.convert({ file: download, format }, { file, format: 'raw' }, signal);
    writeFileAtomically(stateFile(file), contentId);
    await rm(download, { force: true });
  }
  onProgress({ copiedBytes: totalBytes, totalBytes });
  return { contentId };
}

/** The content of the file. It is written after the file, which an interruption leaves as it was. */
async function contentOf(file: string): Promise<string> {
  return existsSync(stateFile(file)) ? await readFile(stateFile(file), 'utf8') : '';
}

function stateFile(file: string): string {
  return `${file}.state`;
}

interface VolumeImage {
  readonly name: string;
  readonly migrationId: string;
  readonly disk: SourceDisk;
  readonly format: ImageFormat;
  readonly pollMs: number;
}

/** Snapshot → volume → image, each found again by its name. */
async function imageOfVolume(cloud: Cloud, asked: VolumeImage, context: SourceContext): Promise<Image> {
  const { name, migrationId, disk, format, pollMs } = asked;
  for (let uploads = 0; ;) {
    const image = await imageNamed(cloud, name);
    if (image?.status === 'active') return image;
    if (image?.status === 'killed' || image?.status === 'deleted') await removeImage(cloud, image.id);
    else if (image === undefined) {
      const snapshot = await snapshotNamed(cloud, name, migrationId);
      if (snapshot === undefined) return cloud.notYet(`Cinder does not list the snapshot ${name}.`);
      const sizeGib = Math.ceil(disk.sizeBytes / gib);
      const volume = await ensureVolume(cloud, { name, migrationId, sizeGib, from: { snapshot: snapshot.id } });
      if (volume.status.startsWith('error'))
        return cloud.refuse(`Cinder could not make the volume ${name} of the snapshot ${snapshot.id}.`);
      if (volume.status === 'available') {
        if (uploads === mostUploads)
          return cloud.refuse(
            `Cinder wrote no image of the volume ${name} in ${mostUploads} attempts: look into the log of cinder-volume (the image store may be full), then submit the machine again.`,
          );
        await beginImage(cloud, volume, { name, format, migrationId });
        uploads += 1;
      }
    }
    await sleep(pollMs, context.signal);
  }
}

async function beginImage(
  cloud: Cloud,
  volume: Volume,
  { name, format, migrationId }: Pick<VolumeImage, 'name' | 'format' | 'migrationId'>,
): Promise<void> {
  const order = { image_name: name, disk_format: format, container_format: 'bare' };
  const { 'os-volume_upload_image': begun } = await cloud.post<{
    readonly 'os-volume_upload_image': { readonly image_id: string };
  }>(
    'volume',
    `/volumes/${volume.id}/action`,
    { 'os-volume_upload_image': order },
    `No image can be made of the volume ${name}`,
  );
  const reply = await cloud.send({
    method: 'PATCH',
    service: 'image',
    path: `/v2/images/${begun.image_id}`,
    headers: { 'content-type': 'application/openstack-images-v2.1-json-patch' },
    body: Buffer.from(
      JSON.stringify([
        { op: 'add', path: `/${migrationKey}`, value: migrationId },
        { op: 'replace', path: '/tags', value: [labelOf(migrationId)] },
      ]),
    ),
  });
  cloud.value(reply, `The image ${name} cannot be labelled`);
}

/** By its name alone: between its making and its labelling, an interruption may come. */
async function imageNamed(cloud: Cloud, name: string): Promise<Image | undefined> {
  const path = `/v2/images?name=${encodeURIComponent(name)}&owner=${await cloud.projectId()}&sort=created_at:asc`;
  const { images } = await cloud.get<{ readonly images: readonly Image[] }>(
    'image',
    path,
    'Glance does not list images',
  );
  const own = images.filter((one) => one.name === name);
  const found = own.find(({ status }) => status === 'active') ?? own[0];
  return found === undefined ? undefined : await findImage(cloud, found.id);
}

async function untilRemoved(
  remove: () => Promise<'removed' | 'waiting'>,
  { signal }: SourceContext,
  pollMs: number,
): Promise<void> {
  while ((await remove()) === 'waiting') await sleep(pollMs, signal);
}
